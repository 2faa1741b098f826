package koine.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stretch of the rooms that were looked for.
///
/// @param next what the next page comes after; null if there is none
public record RoomPage(List<Room> rooms, @Nullable String next) {}
