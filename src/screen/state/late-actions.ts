import type { Actions } from "./store.ts";

/** Actions whose code is no part of the first page: it comes with the first of them, or before. */
const names = [
  "openTexts",
  "openExample",
  "compare",
  "askFlow",
  "tryWhatIf",
  "makeLink",
  "openLink",
  "openLesson",
  "predict",
  "reveal",
  "selectMoment",
  "selectStep",
  "stepBy",
  "goToDivergence",
  "play",
  "pause",
  "togglePlay",
  "setSpeed",
] as const;

export type LateActions = Pick<Actions, (typeof names)[number]>;

/** The same actions before their code is there. Once it is, they are done at once. */
export function lateActions(load: () => Promise<LateActions>): LateActions {
  type Any = (...args: readonly unknown[]) => unknown;
  let loaded: Readonly<Record<string, Any>> | undefined;
  let loading: Promise<Readonly<Record<string, Any>>> | undefined;
  const come = (): Promise<Readonly<Record<string, Any>>> => {
    loading ??= load().then(
      (found) => {
        loaded = found as unknown as Readonly<Record<string, Any>>;
        return loaded;
      },
      (error: unknown) => {
        loading = undefined; // it is asked for again next time
        throw error;
      },
    );
    return loading;
  };
  const late = names.map((name): [string, Any] => [
    name,
    (...args) => (loaded ? loaded[name]?.(...args) : come().then((found) => found[name]?.(...args))),
  ]);
  return Object.fromEntries(late) as unknown as LateActions;
}
