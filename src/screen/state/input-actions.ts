import type { StoreApi } from "zustand/vanilla";
import type { SideName } from "../../analysis/view.ts";
import type { AnalysisClient } from "../../analysis/worker/client.ts";
import { NoAnswer } from "../../analysis/worker/client.ts";
import type { Actions, Input, State } from "./store.ts";

/** Text above this size never enters a text field: the browser would freeze over it. */
export const LARGE = 64 * 1024;

let ids = 0;
/** A key that no earlier visit has used, so that what it stored is never taken for this text. */
const newKey = (): string => `text/${Date.now().toString(36)}-${++ids}`;

type InputActions = Pick<
  Actions,
  | "typeText"
  | "pasteText"
  | "dropFiles"
  | "removeInput"
  | "moveInput"
  | "renameInput"
  | "readAsPasted"
  | "undoInput"
  | "sayWhatHurts"
  | "editInput"
>;

const archive = /\.(gz|tgz|tar|zip)$/i;

export function inputActions(store: StoreApi<State>, client: AnalysisClient): InputActions {
  /** Every change of the texts: a link's own input becomes the reader's. */
  const change = (to: (inputs: readonly Input[]) => readonly Input[], more: Partial<State> = {}): void =>
    store.setState((state) => ({ notice: undefined, ...more, inputs: to(state.inputs), fromLink: false }));
  /** Adds texts to a side. One that comes alone is shown, as it would be had it gone into the field. */
  const add = (side: SideName, texts: readonly Omit<Input, "key" | "side">[]): void => {
    const fresh = texts.map((text): Input => ({ ...text, key: newKey(), side }));
    const [only] = fresh;
    const { peek } = store.getState();
    change(
      (inputs) => [...inputs, ...fresh],
      only && fresh.length === 1 ? { peek: { ...peek, [side]: { source: only.key } } } : {},
    );
  };
  const changeOne = (key: string, to: Partial<Input>, more: Partial<State> = {}): void =>
    change((inputs) => inputs.map((one) => (one.key === key ? { ...one, ...to } : one)), more);
  const withUndo = (kind: "removed" | "moved", key: string): Partial<State> => {
    const { inputs } = store.getState();
    const name = inputs.find((one) => one.key === key)?.name ?? "";
    return { notice: { kind, name, before: inputs } };
  };
  const unpack = async (side: SideName, file: File): Promise<void> => {
    store.setState((state) => ({ unpacking: [...state.unpacking, file.name] }));
    let problem: State["notice"];
    try {
      const { files, says } = await client.unpack(file.name, file);
      if (says || files.length === 0) problem = { kind: "archive", name: file.name, ...(says ? { says } : {}) };
      add(
        side,
        files.map(({ name, content }) => ({ name, content, bytes: content.size })),
      );
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      problem = { kind: "archive", name: file.name };
    } finally {
      store.setState((state) => ({
        unpacking: state.unpacking.filter((name) => name !== file.name),
        ...(problem ? { notice: problem } : {}),
      }));
    }
  };
  return {
    typeText: (side, text) =>
      store.setState((state) => ({ drafts: { ...state.drafts, [side]: text }, notice: undefined, fromLink: false })),
    pasteText: (side, content) => {
      const names = new Set(store.getState().inputs.map((input) => input.name));
      let n = 1;
      while (names.has(`paste ${n}`)) n++;
      const bytes = typeof content === "string" ? content.length : content.size;
      add(side, [{ name: `paste ${n}`, content, bytes }]);
    },
    dropFiles: (side, files) => {
      const plain = files.filter((file) => !archive.test(file.name));
      if (plain.length > 0)
        add(
          side,
          plain.map((file) => ({ name: pathOf(file), content: file, bytes: file.size })),
        );
      for (const file of files) if (archive.test(file.name)) void unpack(side, file);
    },
    removeInput: (key) => change((inputs) => inputs.filter((input) => input.key !== key), withUndo("removed", key)),
    moveInput: (key, side) => changeOne(key, { side }, withUndo("moved", key)),
    renameInput: (key, name) => changeOne(key, { name }),
    readAsPasted: (key, asPasted) => changeOne(key, { asPasted }),
    undoInput: () =>
      store.setState(({ notice }) =>
        notice && "before" in notice ? { inputs: notice.before, notice: undefined } : {},
      ),
    sayWhatHurts: (hurts) => store.setState({ hurts }),
    editInput: () => store.setState({ editing: true, playing: false, place: { page: "work" } }),
  };
}

/** Files of a dropped folder keep their path: several nodes' folders hold files of one name. */
const pathOf = (file: File): string => file.webkitRelativePath || file.name;

/** All that the reader put in: texts, then what stands in the two fields. They stay fields, to be found as they were. */
export const ownTexts = ({ inputs, drafts }: Pick<State, "inputs" | "drafts">): readonly Input[] => [
  ...inputs,
  ...(["healthy", "broken"] as const).flatMap((side) =>
    drafts[side].trim() === ""
      ? []
      : [{ key: draftKey(side), side, name: "paste", content: drafts[side], bytes: drafts[side].length }],
  ),
];

export const draftKey = (side: SideName): string => `draft/${side}`;
