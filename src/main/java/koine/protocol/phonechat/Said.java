package koine.protocol.phonechat;

/// A frame of a client: the five fields that each of them has.
///
/// @param at the `sent_timestamp`, which is one
record Said(String message, String command, String from, String to, String at) {}
