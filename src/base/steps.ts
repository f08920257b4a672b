/** Work that is done a little at a time; whoever drives it may stop in between. */
export type Steps<T> = Generator<number, T>;

/** Does all the steps at once. */
export function toEnd<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same steps, told in other units. */
export function* scaled<T>(steps: Steps<T>, of: (step: number) => number): Steps<T> {
  let step = steps.next();
  for (; !step.done; step = steps.next()) yield of(step.value);
  return step.value;
}
