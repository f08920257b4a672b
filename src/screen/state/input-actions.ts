import type { StoreApi } from "zustand/vanilla";
import type { SideName } from "../../analysis/view.ts";
import { hurtsFlow } from "./hurts.ts";
import type { Actions, Input, State } from "./store.ts";

/** Text above this size never enters a text field: the browser would freeze over it. */
export const LARGE = 64 * 1024;

let ids = 0;

type InputActions = Pick<
  Actions,
  "typeText" | "pasteText" | "dropFiles" | "removeInput" | "sayWhatHurts" | "compare" | "editInput"
>;

export function inputActions(store: StoreApi<State>, actions: () => Actions): InputActions {
  const add = (...inputs: Input[]): void => store.setState((state) => ({ inputs: [...state.inputs, ...inputs] }));
  return {
    typeText: (side, text) => store.setState((state) => ({ drafts: { ...state.drafts, [side]: text } })),
    pasteText: (side, text) => {
      const count = store.getState().inputs.filter((input) => input.side === side).length + 1;
      const content = new Blob([text]);
      add({ id: ++ids, side, name: `paste ${count}`, content, bytes: content.size });
    },
    dropFiles: (side, files) =>
      add(...files.map((file) => ({ id: ++ids, side, name: file.name, content: file, bytes: file.size }))),
    removeInput: (id) => store.setState((state) => ({ inputs: state.inputs.filter((input) => input.id !== id) })),
    sayWhatHurts: (hurts) => store.setState({ hurts }),
    editInput: () => store.setState({ editing: true, playing: false, place: { page: "work" } }),
    compare: () => {
      const { inputs, drafts, hurts } = store.getState();
      return actions().openTexts([...inputs, ...draftInputs(drafts)], hurtsFlow(hurts));
    },
  };
}

/** The text fields as inputs. They stay fields: going back to the input finds them as they were. */
export function draftInputs(drafts: Readonly<Record<SideName, string>>): readonly Input[] {
  return (["healthy", "broken"] as const).flatMap((side) =>
    drafts[side].trim() === ""
      ? []
      : [{ id: 0, side, name: "paste", content: drafts[side], bytes: drafts[side].length }],
  );
}
