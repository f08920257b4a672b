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
  | "cutNodes"
  | "keepOneNode"
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
    const { inputs, drafts } = store.getState();
    const name = inputs.find((one) => one.key === key)?.name ?? "";
    return { notice: { kind, name, before: { inputs, drafts } } };
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
    readAsPasted: (key, asPasted) => {
      const side = sideOfDraft(key);
      if (side) store.setState((state) => ({ draftsAsPasted: { ...state.draftsAsPasted, [side]: asPasted } }));
      else changeOne(key, { asPasted });
    },
    cutNodes(key, parts, names, sides) {
      const { inputs, drafts, peek } = store.getState();
      const text = ownTexts(store.getState()).find((one) => one.key === key);
      if (!text) return;
      const whole = new Blob([text.content as string | Blob]);
      const cut = parts.map(({ from, to }, i): Input => {
        const content = whole.slice(from, to);
        const side = sides.healthy === i ? "healthy" : sides.broken === i ? "broken" : text.side;
        return { key: newKey(), side, name: names[i] ?? text.name, content, bytes: content.size };
      });
      store.setState({
        inputs: inputs.some((one) => one.key === key)
          ? inputs.flatMap((one) => (one.key === key ? cut : [one]))
          : [...inputs, ...cut],
        drafts: sideOfDraft(key) ? { ...drafts, [text.side]: "" } : drafts,
        peek: { ...peek, [text.side]: undefined },
        notice: { kind: "split", name: text.name, before: { inputs, drafts } },
        fromLink: false,
      });
    },
    keepOneNode: (key) => store.setState((state) => ({ oneNode: [...state.oneNode, key] })),
    undoInput: () =>
      store.setState(({ notice }) => (notice && "before" in notice ? { ...notice.before, notice: undefined } : {})),
    sayWhatHurts: (hurts) => store.setState({ hurts }),
    editInput: () => store.setState({ editing: true, playing: false, place: { page: "work" } }),
  };
}

/** Files of a dropped folder keep their path: several nodes' folders hold files of one name. */
const pathOf = (file: File): string => file.webkitRelativePath || file.name;

/** All that the reader put in: texts, then what stands in the two fields. They stay fields, to be found as they were. */
export const ownTexts = ({
  inputs,
  drafts,
  draftsAsPasted,
}: Pick<State, "inputs" | "drafts" | "draftsAsPasted">): readonly Input[] => [
  ...inputs,
  ...(["healthy", "broken"] as const).flatMap((side) =>
    drafts[side].trim() === ""
      ? []
      : [
          {
            key: draftKey(side),
            side,
            name: "paste",
            content: drafts[side],
            bytes: drafts[side].length,
            asPasted: draftsAsPasted[side],
          },
        ],
  ),
];

export const draftKey = (side: SideName): string => `draft/${side}`;
const sideOfDraft = (key: string): SideName | undefined =>
  (["healthy", "broken"] as const).find((side) => key === draftKey(side));
