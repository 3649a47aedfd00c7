//! Does a Linux program need anything around it? Read from its own head.

/// The kind of segment that names an interpreter: the loader of shared libraries.
const INTERPRETER: u32 = 3;

/// Whether a program is for 64 bits, little-endian, and asks for no interpreter.
pub fn is_static(program: &[u8]) -> Result<(), String> {
    let damaged = || "the program is no whole 64-bit ELF file".to_owned();
    let number = |from: usize, length: usize| {
        let bytes = program.get(from..from.checked_add(length)?)?;
        Some(bytes.iter().rev().fold(0_usize, |sum, it| sum << 8 | usize::from(*it)))
    };
    if !program.starts_with(b"\x7fELF\x02\x01") {
        return Err(damaged());
    }
    let table = || Some((number(32, 8)?, number(54, 2)?, number(56, 2)?));
    let (first, size, count) = table().ok_or_else(damaged)?;
    for nth in 0..count {
        let kind = first.checked_add(nth * size).and_then(|it| number(it, 4));
        if kind.ok_or_else(damaged)? == INTERPRETER as usize {
            return Err("the program is not static: it names an interpreter".to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A head with segments of these kinds and nothing else.
    fn elf(kinds: &[u32]) -> Vec<u8> {
        let mut head = b"\x7fELF\x02\x01".to_vec();
        head.resize(64, 0);
        (head[32], head[54], head[56]) = (64, 56, kinds.len() as u8);
        for kind in kinds {
            head.extend(kind.to_le_bytes());
            head.extend([0; 52]);
        }
        head
    }

    #[test]
    fn an_interpreter_is_found_wherever_it_stands() {
        assert_eq!(is_static(&elf(&[1, 2, 4])), Ok(()));
        assert!(is_static(&elf(&[1, 2, 3])).unwrap_err().contains("not static"));
    }

    #[test]
    fn what_is_no_program_is_refused() {
        for damaged in [&b""[..], b"#!/bin/sh", b"\x7fELF\x02\x01", &elf(&[1, 2])[..70]] {
            assert!(is_static(damaged).is_err());
        }
    }

    #[test]
    fn this_program_is_like_those_around_it() {
        let this = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let stands_alone = cfg!(target_feature = "crt-static");
        assert_eq!(is_static(&this).is_ok(), stands_alone || !cfg!(target_os = "linux"));
    }
}
