package koine.bench.scenario;

/// Lets time pass, which is what a measurement waits for.
final class Pause {

    private Pause() {}

    static void seconds(int seconds) {
        millis(seconds * 1000L);
    }

    static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
