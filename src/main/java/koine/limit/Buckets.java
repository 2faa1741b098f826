package koine.limit;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/// The budgets of many, each under its key, in a bounded memory. When that is full, one is forgotten of those that
/// were not used for longest, but only if it is as large again as a new one would be: so nobody gets a new budget
/// by coming with many keys, and nobody takes somebody else's away. While there is none to forget, those who come
/// have to share budgets.
///
/// Safe for use by several threads.
final class Buckets {

    private static final int STRIPES = 16;

    /// How many of the oldest are looked at to find one that can be forgotten.
    private static final int LOOK_AT = 8;

    private final Stripe[] stripes;
    private final TimeMeter time;

    Buckets(int max, TimeMeter time) {
        this.time = time;
        this.stripes = IntStream.range(0, STRIPES)
                .mapToObj(_ -> new Stripe(Math.ceilDiv(max, STRIPES)))
                .toArray(Stripe[]::new);
    }

    /// @param who the account or address
    record Owner(Limit limit, Object who) {}

    /// The budget under the key.
    Bucket of(Owner owner, Rate rate) {
        var hash = owner.hashCode();
        return stripes[Math.floorMod(hash ^ (hash >>> 16), STRIPES)].of(owner, rate);
    }

    /// How many are remembered.
    int size() {
        return IntStream.range(0, STRIPES).map(i -> stripes[i].size()).sum();
    }

    private final class Stripe {

        private final int max;
        private final Map<Owner, Budget> budgets = new LinkedHashMap<>(16, 0.75f, true);
        private final Map<Limit, Bucket> shared = new LinkedHashMap<>();

        Stripe(int max) {
            this.max = max;
        }

        private record Budget(Bucket bucket, Rate rate) {

            boolean isWhole() {
                return bucket.getAvailableTokens() >= rate.most();
            }
        }

        synchronized Bucket of(Owner owner, Rate rate) {
            var known = budgets.get(owner);
            if (known != null) {
                return known.bucket();
            }
            if (budgets.size() >= max && !forgetOne()) {
                return shared.computeIfAbsent(owner.limit(), _ -> bucket(rate));
            }
            var bucket = bucket(rate);
            budgets.put(owner, new Budget(bucket, rate));
            return bucket;
        }

        synchronized int size() {
            return budgets.size();
        }

        private boolean forgetOne() {
            Iterator<Budget> oldest = budgets.values().iterator();
            for (int i = 0; i < LOOK_AT && oldest.hasNext(); i++) {
                if (oldest.next().isWhole()) {
                    oldest.remove();
                    return true;
                }
            }
            return false;
        }
    }

    private Bucket bucket(Rate rate) {
        return Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(Bandwidth.builder()
                        .capacity(rate.most())
                        .refillGreedy(rate.most(), rate.per())
                        .build())
                .build();
    }
}
