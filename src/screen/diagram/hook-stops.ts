import type { Step } from "../../simulate/trace.ts";
import { type Effect, effectOf, type Level, type Stop, type StopShape } from "./stop.ts";

interface Draft {
  table: string;
  chain: string;
  depth: number;
  shape: StopShape;
  steps: number[];
  main: number;
  effect?: Effect;
  /** The chain's first stop of this call; later ones are returns into it. */
  again: boolean;
}

const shapeOf = (effect: Effect | undefined): StopShape | undefined =>
  effect === "snat"
    ? "plate"
    : effect === "dnat"
      ? "capsule"
      : effect === "mark" || effect === "undone"
        ? "square"
        : undefined;

/**
 * The stops of one pass through a hook: one for each table, one for each chain that was called, one for each change.
 * Calls that change nothing are notches from the second level on; so are returns into a chain.
 */
export function hookStops(steps: readonly Step[], indexes: readonly number[]): readonly Stop[] {
  const drafts: Draft[] = [];
  const leading: number[] = [];
  for (const index of indexes) {
    const step = steps[index];
    if (!step) continue;
    const last = drafts.at(-1);
    switch (step.kind) {
      case "rule":
      case "chain-end":
        walk(drafts, step, index);
        break;
      case "table-unseen":
        drafts.push({
          table: step.table,
          chain: "",
          depth: 0,
          shape: "circle",
          steps: [index],
          main: index,
          again: false,
        });
        break;
      case "nat":
        translate(drafts, step, index);
        break;
      default:
        if (last) last.steps.push(index);
        else leading.push(index);
    }
  }
  const first = drafts[0];
  if (first) first.steps.unshift(...leading);
  else if (leading.length > 0)
    drafts.push({
      table: "conntrack",
      chain: "",
      depth: 0,
      shape: "notch",
      steps: [...leading],
      main: leading[0] ?? 0,
      again: false,
    });
  return finish(mergeNotches(drafts.map((draft) => foldDeep(draft, steps))), steps);
}

function walk(drafts: Draft[], step: Step & { kind: "rule" | "chain-end" }, index: number): void {
  const { table, chain } = step.place;
  const effect = effectOf(step);
  const last = drafts.at(-1);
  const inTable = drafts.some((d) => d.table === table);
  if (last && last.table === table && last.chain === chain && last.depth === step.depth && !(effect && last.effect)) {
    if (!effect || last.steps.every((i) => i === last.main) || last.again || step.depth > 0) {
      last.steps.push(index);
      if (effect) Object.assign(last, { effect, main: index, shape: shapeOf(effect) ?? last.shape });
      return;
    }
  }
  const before = drafts.some((d) => d.table === table && d.chain === chain && d.depth === step.depth);
  const called = last && last.table === table && last.depth < step.depth;
  const again = inTable && before && !called;
  const stops =
    effect !== undefined ||
    !again ||
    (step.depth > 0 &&
      step.kind === "rule" &&
      step.verdict !== "JUMP" &&
      step.verdict !== "GOTO" &&
      step.verdict !== "RETURN");
  const dropped = (step.kind === "rule" || step.kind === "chain-end") && step.verdict === "DROP";
  drafts.push({
    table,
    chain,
    depth: step.depth,
    shape: stops || dropped ? (shapeOf(effect) ?? "circle") : "notch",
    steps: [index],
    main: index,
    again,
    ...(effect ? { effect } : {}),
  });
}

/** NAT belongs to the rule that asked for it, where there is one; its stop becomes the plate or the capsule. */
function translate(drafts: Draft[], step: Step & { kind: "nat" }, index: number): void {
  const effect = effectOf(step);
  const last = drafts.at(-1);
  const shape = shapeOf(effect) ?? "circle";
  if (last && last.table === "nat" && last.depth > 0 && last.effect === undefined && !step.undo) {
    last.steps.push(index);
    Object.assign(last, { main: index, shape, ...(effect ? { effect } : {}) });
    return;
  }
  drafts.push({
    table: "nat",
    chain: step.target,
    depth: last?.table === "nat" ? last.depth : 0,
    shape,
    steps: [index],
    main: index,
    again: true,
    ...(effect ? { effect } : {}),
  });
}

const foldDeep = (draft: Draft, steps: readonly Step[]): Draft => {
  if (draft.depth < 2 || draft.effect !== undefined || draft.shape === "notch") return draft;
  const goesOn = draft.steps.every((index) => {
    const step = steps[index];
    return (
      !step ||
      (step.kind !== "rule" && step.kind !== "chain-end") ||
      (step.verdict !== "ACCEPT" && step.verdict !== "DROP")
    );
  });
  // A chain that leads on to one that matters keeps its stop: its dip is part of the way.
  const leads = draft.steps.some((index) => {
    const next = steps[(draft.steps.at(-1) ?? index) + 1];
    return next && (next.kind === "rule" || next.kind === "chain-end") && next.depth > draft.depth;
  });
  return goesOn && !leads ? { ...draft, shape: "notch" } : draft;
};

/** A jump and the folded chain it leads to are one notch, at the level of the jump. */
function mergeNotches(drafts: readonly Draft[]): Draft[] {
  const merged: Draft[] = [];
  for (const draft of drafts) {
    const last = merged.at(-1);
    if (last && draft.shape === "notch" && last.shape === "notch" && last.table === draft.table)
      Object.assign(last, {
        steps: [...last.steps, ...draft.steps],
        depth: Math.min(last.depth, draft.depth),
        chain: last.depth <= draft.depth ? last.chain : draft.chain,
      });
    else merged.push({ ...draft });
  }
  return merged;
}

function finish(drafts: readonly Draft[], steps: readonly Step[]): readonly Stop[] {
  const seen = new Map<string, number>();
  return drafts.map((draft) => {
    const base = `${draft.table}/${draft.depth === 0 && draft.shape !== "notch" && !draft.again ? "" : draft.chain}${draft.shape === "notch" ? "~" : ""}`;
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    const isTable = draft.depth === 0 && !draft.again;
    const level: Level = draft.shape === "plate" ? "plate" : draft.depth >= 2 ? 2 : draft.depth === 1 ? 1 : 0;
    return {
      key: `${base}#${count}`,
      shape: draft.shape,
      level,
      steps: draft.steps,
      main: draft.main,
      name: isTable ? draft.table : draft.chain,
      nameIs: isTable ? ("table" as const) : ("chain" as const),
      assumed: draft.steps.some((i) => (steps[i]?.assumptions.length ?? 0) > 0 || steps[i]?.kind === "table-unseen"),
      ...(draft.effect ? { effect: draft.effect } : {}),
    };
  });
}
