package koine.log;

import koine.kernel.Cursor;

/// Where the log ends, and where it begins.
///
/// @param epoch    of its positions: those of another epoch can't be compared with them
/// @param position the last one in use
/// @param trimmed  events up to here may have been removed for their age
public record Head(String epoch, long position, long trimmed) {

    /// The cursor of one who has seen everything.
    public Cursor cursor() {
        return new Cursor(epoch, position);
    }

    /// Whether the log can tell everything that came after the cursor: it is of this epoch, not from the
    /// future, and nothing after it was removed.
    public boolean canFollow(Cursor cursor) {
        return cursor.epoch().equals(epoch) && cursor.position() <= position && cursor.position() >= trimmed;
    }
}
