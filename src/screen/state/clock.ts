/** Time as playing needs it: a test can hold it still. */
export interface Clock {
  /** Calls `then` once after `ms`; the result takes it back. */
  after(ms: number, then: () => void): () => void;
}

export const wallClock: Clock = {
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until it is told to go on. */
export function handClock(): Clock & { forward(ms: number): void } {
  let now = 0;
  let waiting: { at: number; then: () => void }[] = [];
  return {
    after(ms, then) {
      const one = { at: now + ms, then };
      waiting.push(one);
      return () => {
        waiting = waiting.filter((other) => other !== one);
      };
    },
    forward(ms) {
      const until = now + ms;
      for (;;) {
        const next = waiting.filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        waiting = waiting.filter((one) => one !== next);
        now = next.at;
        next.then();
      }
      now = until;
    },
  };
}
