//! Whatever text stands where a quantity is asked for: is it refused in words, or read as an exact
//! number that can be shown?
#![no_main]

use libfuzzer_sys::fuzz_target;
use offtake::scenario::split_tag;
use offtake::units::{Quantity, shown, to_f64};

fuzz_target!(|bytes: &[u8]| {
    let text = &*String::from_utf8_lossy(bytes);
    let (bare, _) = split_tag(text);
    match Quantity::parse(bare) {
        Ok(read) => {
            assert!(*read.amount.denom() > 0, "{bare:?} is {:?}", read.amount);
            assert!(to_f64(read.amount).is_finite(), "{bare:?} is {:?}", read.amount);
            assert!(!shown(read).is_empty(), "{bare:?} is shown as nothing");
            assert_eq!(Quantity::parse(&format!(" {bare}\t")), Ok(read), "blanks change {bare:?}");
        }
        Err(why) => assert!(!why.to_string().is_empty(), "{bare:?} is refused without a word"),
    }
});
