import { createStore, type StoreApi } from "zustand/vanilla";
import type { InputText, WhatIf } from "../../analysis/request.ts";
import type { UnderstoodView } from "../../analysis/understood.ts";
import type {
  AnalysisView,
  Flow,
  FlowView,
  Hurt,
  NodePart,
  ReadView,
  ShownLine,
  SideName,
} from "../../analysis/view.ts";
import type { AnalysisClient, TextLines } from "../../analysis/worker/client.ts";
import type { Language, Words } from "../../base/words.ts";
import type { Walkthrough } from "../../learn/walkthrough.ts";
import { loadTexts } from "../texts/index.ts";
import type { Clock } from "./clock.ts";
import { type Collector, loadCollector } from "./collector.ts";
import { inputActions, ownTexts } from "./input-actions.ts";
import { type Keeper, keepActions } from "./keep-actions.ts";
import { lateActions } from "./late-actions.ts";
import type { Place } from "./place.ts";
import { readActions } from "./read-actions.ts";
import { createRuns } from "./runs.ts";
import { isIntake } from "./selectors.ts";
import { keepSettings, type Settings, type Shelf, type Theme } from "./settings.ts";

/** A text of the reader's, by handle: large ones are blobs, so that they never pass through the page's text fields. */
export interface Input extends InputText {
  readonly key: string;
  readonly bytes: number;
}

export type Work =
  | { readonly status: "idle" }
  | {
      readonly status: "running";
      readonly for: "reading" | "verdict";
      readonly stage: "reading" | "comparing" | "simulating";
      readonly done: number;
      readonly total: number;
      /** The text that is being read. */
      readonly key?: string;
    }
  | { readonly status: "done" }
  | { readonly status: "failed"; readonly message: string }
  /** The worker is gone; the input is not. */
  | { readonly status: "died" };

export type MainView = "way" | "flows" | "differences" | "text";
export type DetailView = "verdict" | "step" | "steps" | "what-if";

/** A place in a pasted text that the text view shows. */
export interface TextPlace {
  readonly source: string;
  /** The line that was asked for, if any: it is marked. */
  readonly line?: number;
}

/** What the reader put in. */
export type Entered = Pick<State, "inputs" | "drafts">;

/** What was just done to the input, and how to take it back. */
export type Notice =
  | { readonly kind: "removed" | "moved" | "split"; readonly name: string; readonly before: Entered }
  | { readonly kind: "archive"; readonly name: string; readonly says?: Words }
  | { readonly kind: "restored"; readonly texts: number; readonly bytes: number }
  | { readonly kind: "forgotten" | "no-clipboard" }
  /** The browser keeps nothing for a reload: no room, or none allowed. */
  | { readonly kind: "not-kept"; readonly why: "full" | "forbidden" };

/** The lesson on screen, and how far its question is answered. */
export interface Lesson {
  readonly walkthrough: Walkthrough;
  /** 0-based. */
  readonly step: number;
  readonly chosen?: number;
  readonly revealed?: boolean;
}

export interface State {
  readonly place: Place;
  readonly settings: Settings;
  readonly systemDark: boolean;
  readonly inputs: readonly Input[];
  /** What stands in the two text fields; small by construction. */
  readonly drafts: Readonly<Record<SideName, string>>;
  /** Repairs of what stands in the fields are declined. */
  readonly draftsAsPasted: Readonly<Record<SideName, boolean>>;
  /** Texts of which the reader said that they are of one node. */
  readonly oneNode: readonly string[];
  readonly hurts: string;
  /** The input came with a link; the reader's own is kept as it was. */
  readonly fromLink: boolean;
  /** What the last visit left is being looked for. */
  readonly restoring: boolean;
  /** Whatever changed of the input is written for the next visit. */
  readonly kept: boolean;
  /** Archives on their way in. */
  readonly unpacking: readonly string[];
  readonly notice: Notice | undefined;
  /** What was read of the input, and which input that was. */
  readonly read: ReadView | undefined;
  readonly readOf: string;
  /** The input changed and will be read. */
  readonly due: boolean;
  /** Lines of each text that the worker has taken in. */
  readonly taken: Readonly<Record<string, number>>;
  /** The text that each side of the intake shows. */
  readonly peek: Readonly<Partial<Record<SideName, TextPlace | undefined>>>;
  readonly editing: boolean;
  readonly work: Work;
  readonly view: AnalysisView | undefined;
  /** The flow on screen: the view's own, or the answer to the last question. */
  readonly shown: FlowView | undefined;
  readonly lines: Readonly<Record<string, ShownLine>>;
  readonly asking: boolean;
  readonly whatIf: readonly WhatIf[];
  readonly moment: number;
  readonly playing: boolean;
  readonly speed: number;
  readonly main: MainView;
  readonly detail: DetailView;
  /** The drawer or sheet on narrow screens. */
  readonly detailOpen: boolean;
  /** Lines that the text view shows, at most one of each side. */
  readonly text: readonly TextPlace[];
  /** A permalink on its way in; `damaged` says why it cannot be opened. */
  readonly link:
    | { readonly status: "opening" | "open" }
    | { readonly status: "damaged"; readonly reason: Words }
    | undefined;
  readonly lesson: Lesson | undefined;
  /** A question is open: what this side's packet does after this moment is not drawn. */
  readonly hold: { readonly side: SideName; readonly moment: number } | undefined;
}

export interface Actions {
  openLink(fragment: string): Promise<void>;
  openLesson(slug: string, step: number): Promise<void>;
  predict(choice: number): void;
  reveal(): void;
  typeText(side: SideName, text: string): void;
  pasteText(side: SideName, text: string | Blob): void;
  dropFiles(side: SideName, files: readonly File[]): void;
  removeInput(key: string): void;
  moveInput(key: string, side: SideName): void;
  renameInput(key: string, name: string): void;
  /** Declines the repairs that were offered for a text, or takes them. */
  readAsPasted(key: string, asPasted: boolean): void;
  /**
   * Cuts a text into its nodes, each a text of its own: `healthy` and `broken` are indexes of parts, the others stay on
   * the text's side. `names` as the reader sees them.
   */
  cutNodes(
    key: string,
    parts: readonly NodePart[],
    names: readonly string[],
    sides: Readonly<Partial<Record<SideName, number>>>,
  ): void;
  keepOneNode(key: string): void;
  undoInput(): void;
  tell(notice: Notice | undefined): void;
  /** Shows a text of a side in the intake, or none. */
  peek(side: SideName, place: TextPlace | undefined): void;
  collector(): Promise<Collector>;
  understood(): Promise<UnderstoodView>;
  readInput(): Promise<void>;
  /** Looks for what the last visit left. */
  restore(): Promise<void>;
  /** Clears the page, the worker and what the browser keeps. */
  forget(): Promise<void>;
  sayWhatHurts(text: string): void;
  compare(): Promise<void>;
  openExample(slug: string): Promise<void>;
  openTexts(texts: readonly InputText[], flow?: Hurt): Promise<void>;
  editInput(): void;
  /** The last texts once more, wherever they came from. */
  runAgain(): Promise<void>;
  cancelWork(): void;
  askFlow(flow: Flow): Promise<void>;
  tryWhatIf(whatIf: readonly WhatIf[]): Promise<void>;
  readLines(source: string, from: number, count: number): Promise<TextLines>;
  makeLink(base: string): Promise<string>;
  selectMoment(moment: number): void;
  selectStep(side: SideName, step: number): void;
  stepBy(count: number): void;
  goToDivergence(): void;
  play(): void;
  pause(): void;
  togglePlay(): void;
  setSpeed(speed: number): void;
  showMain(main: MainView): void;
  showDetail(detail: DetailView): void;
  closeDetail(): void;
  openText(...places: readonly TextPlace[]): void;
  goTo(place: Place): void;
  chooseLanguage(language: Language): void;
  chooseTheme(theme: Theme): void;
  systemTheme(dark: boolean): void;
  resizeDetail(width: number): void;
}

export interface AppStore extends StoreApi<State> {
  readonly actions: Actions;
}

/** What the store needs from the world; tests bring their own. */
export interface World {
  readonly client: AnalysisClient;
  readonly clock: Clock;
  readonly shelf: Shelf;
  /** Keeps the input for the next visit. */
  readonly keeper: () => Promise<Keeper>;
  readonly place: Place;
  readonly settings: Settings;
  readonly systemDark: boolean;
}

export function createAppStore(world: World): AppStore {
  const store = createStore<State>(() => ({
    place: world.place,
    settings: world.settings,
    systemDark: world.systemDark,
    inputs: [],
    drafts: { healthy: "", broken: "" },
    draftsAsPasted: { healthy: false, broken: false },
    oneNode: [],
    hurts: "",
    fromLink: false,
    restoring: false,
    kept: true,
    unpacking: [],
    notice: undefined,
    read: undefined,
    readOf: "",
    due: false,
    taken: {},
    peek: {},
    editing: false,
    work: { status: "idle" },
    view: undefined,
    shown: undefined,
    lines: {},
    asking: false,
    whatIf: [],
    moment: 0,
    playing: false,
    speed: 1,
    main: "way",
    detail: "step",
    detailOpen: false,
    text: [],
    link: undefined,
    lesson: undefined,
    hold: undefined,
  }));
  const settle = (settings: Settings): void => {
    store.setState({ settings });
    keepSettings(world.shelf, settings);
  };
  const runs = createRuns(store);
  const actions: Actions = {
    ...inputActions(store, world.client),
    ...readActions(store, world.client, world.clock, runs),
    ...keepActions(store, world.client, world.clock, world.keeper, world.place.page === "link"),
    ...lateActions(async () => (await import("./work-actions.ts")).workActions(store, world, runs, () => actions)),
    showMain: (main) => store.setState({ main, playing: false }),
    showDetail: (detail) => store.setState({ detail, detailOpen: true }),
    tell: (notice) => store.setState({ notice }),
    peek: (side, place) => store.setState((state) => ({ peek: { ...state.peek, [side]: place } })),
    collector: loadCollector,
    understood: () => world.client.understood(),
    closeDetail: () => store.setState({ detailOpen: false }),
    openText: (...text) =>
      store.setState((state) => {
        if (!isIntake(state)) return { text, main: "text", playing: false, detailOpen: false };
        const [place] = text;
        const side = ownTexts(state).find((one) => one.key === place?.source)?.side;
        return side ? { peek: { ...state.peek, [side]: place } } : {};
      }),
    goTo: (place) =>
      store.setState(
        place.page === "learn"
          ? { place, playing: false }
          : { place, playing: false, hold: undefined, lesson: undefined },
      ),
    chooseLanguage: (language) =>
      void loadTexts(language)
        .catch(() => undefined) // the language stays English until it can be fetched
        .then(() => settle({ ...store.getState().settings, language })),
    chooseTheme: (theme) => settle({ ...store.getState().settings, theme }),
    systemTheme: (systemDark) => store.setState({ systemDark }),
    resizeDetail: (detail) => settle({ ...store.getState().settings, detail }),
  };
  return Object.assign(store, { actions });
}
