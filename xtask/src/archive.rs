//! Files as one `.tar.gz` whose bytes hang on nothing but the files: sorted, one date, no owner.

use std::io::Write;

use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use tar::{Builder, Header};

/// The date of every file: 1 January 1980, which no tool finds strange.
const DATE: u64 = 315_532_800;

/// A file of the archive.
#[derive(Debug)]
pub struct Entry {
    name: String,
    bytes: Vec<u8>,
    mode: u32,
}

impl Entry {
    /// A file to read.
    pub fn text(name: &str, bytes: Vec<u8>) -> Self {
        Entry { name: name.to_owned(), bytes, mode: 0o644 }
    }

    /// A file to run.
    pub fn program(name: &str, bytes: Vec<u8>) -> Self {
        Entry { name: name.to_owned(), bytes, mode: 0o755 }
    }
}

/// Packs files under one folder.
pub fn pack(folder: &str, mut entries: Vec<Entry>) -> Result<Vec<u8>, String> {
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    // Neither the date nor the system of the packer goes into the head.
    let gzip = GzBuilder::new().write(Vec::new(), Compression::best());
    let mut tar = Builder::new(gzip);
    let failed = |error: std::io::Error| format!("packing: {error}");
    for Entry { name, bytes, mode } in &entries {
        let mut header = Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(*mode);
        header.set_mtime(DATE);
        header.set_uid(0);
        header.set_gid(0);
        let path = format!("{folder}/{name}");
        tar.append_data(&mut header, path, bytes.as_slice()).map_err(failed)?;
    }
    let mut gzip = tar.into_inner().map_err(failed)?;
    gzip.flush().map_err(failed)?;
    gzip.finish().map_err(failed)
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use flate2::read::GzDecoder;
    use tar::Archive;

    use super::*;

    fn entries() -> [Entry; 3] {
        [
            Entry::text("b", b"two".to_vec()),
            Entry::program("a", b"one".to_vec()),
            Entry::text("c/d", Vec::new()),
        ]
    }

    #[test]
    fn equal_files_make_equal_bytes_in_any_order() {
        let [a, b, c] = entries();
        let one = pack("x-1", vec![a, b, c]).unwrap();
        let [a, b, c] = entries();
        assert_eq!(digest(&one), digest(&pack("x-1", vec![c, a, b]).unwrap()));
        assert_eq!(one[4..8], [0; 4], "no date in the head");
    }

    #[test]
    fn what_is_packed_comes_out_again() {
        let packed = pack("x-1", entries().into()).unwrap();
        let mut archive = Archive::new(GzDecoder::new(packed.as_slice()));
        let told = archive.entries().unwrap().map(|entry| {
            let entry = entry.unwrap();
            let (path, header) = (entry.path().unwrap().display().to_string(), entry.header());
            (path, header.mode().unwrap(), header.mtime().unwrap(), header.size().unwrap())
        });
        let expected = [("x-1/a", 0o755, 3), ("x-1/b", 0o644, 3), ("x-1/c/d", 0o644, 0)];
        let expected = expected.map(|(path, mode, size)| (path.to_owned(), mode, DATE, size));
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_digest_is_told_as_sha256sum_tells_it() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest(b""), empty);
    }
}
