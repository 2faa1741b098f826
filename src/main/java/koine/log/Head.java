package koine.log;

import koine.kernel.Cursor;

/// Where the log ends.
record Head(String epoch, long position) {

    Cursor cursor() {
        return new Cursor(epoch, position);
    }
}
