//! `offtake` plays a dated book of compute deals forward: what is delivered, used, billed and
//! emitted, and whether the buyer can pay.
//!
//! This crate is the heart: text comes in, rows go out. It has no disk, clock, thread, socket,
//! environment or `unsafe`. ARCHITECTURE.md is the map; rooms are declared in reading order and
//! each uses only rooms above it.

pub mod time;

pub mod units;

pub mod chance;

pub mod scenario;
