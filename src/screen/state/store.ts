import { createStore, type StoreApi } from "zustand/vanilla";
import type { InputText, WhatIf } from "../../analysis/request.ts";
import type { AnalysisView, Flow, FlowView, ShownLine, SideName } from "../../analysis/view.ts";
import type { AnalysisClient } from "../../analysis/worker/client.ts";
import type { Language, Words } from "../../base/words.ts";
import type { Walkthrough } from "../../learn/walkthrough.ts";
import { analysisActions } from "./analysis-actions.ts";
import type { Clock } from "./clock.ts";
import { inputActions } from "./input-actions.ts";
import { learnActions } from "./learn-actions.ts";
import type { Place } from "./place.ts";
import { playActions } from "./play-actions.ts";
import { keepSettings, type Settings, type Shelf, type Theme } from "./settings.ts";

/** A text of the reader's, by handle: large ones are blobs, so that they never pass through the page's text fields. */
export interface Input extends InputText {
  readonly id: number;
  readonly bytes: number;
}

export type Work =
  | { readonly status: "idle" }
  | {
      readonly status: "running";
      readonly stage: "reading" | "comparing" | "simulating";
      readonly done: number;
      readonly total: number;
    }
  | { readonly status: "done" }
  | { readonly status: "failed"; readonly message: string }
  /** The worker is gone; the input is not. */
  | { readonly status: "died" };

export type MainView = "way" | "flows" | "text";
export type DetailView = "verdict" | "step" | "steps" | "what-if";

/** A place in a pasted text that the text view shows. */
export interface TextPlace {
  readonly source: string;
  readonly line: number;
}

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
  readonly hurts: string;
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
  readonly text: TextPlace | undefined;
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
  pasteText(side: SideName, text: string): void;
  dropFiles(side: SideName, files: readonly File[]): void;
  removeInput(id: number): void;
  sayWhatHurts(text: string): void;
  compare(): Promise<void>;
  openExample(slug: string): Promise<void>;
  openTexts(texts: readonly InputText[], flow?: Flow): Promise<void>;
  editInput(): void;
  /** The last texts once more, wherever they came from. */
  runAgain(): Promise<void>;
  cancelWork(): void;
  askFlow(flow: Flow): Promise<void>;
  tryWhatIf(whatIf: readonly WhatIf[]): Promise<void>;
  readLines(
    source: string,
    from: number,
    count: number,
  ): Promise<{ readonly lines: readonly string[]; readonly total: number }>;
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
  openText(place: TextPlace): void;
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
    hurts: "",
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
    text: undefined,
    link: undefined,
    lesson: undefined,
    hold: undefined,
  }));
  const settle = (settings: Settings): void => {
    store.setState({ settings });
    keepSettings(world.shelf, settings);
  };
  const actions: Actions = {
    ...inputActions(store, () => actions),
    ...analysisActions(store, world.client),
    ...learnActions(store, world.client, () => actions),
    ...playActions(store, world.clock),
    showMain: (main) => store.setState({ main, playing: false }),
    showDetail: (detail) => store.setState({ detail, detailOpen: true }),
    closeDetail: () => store.setState({ detailOpen: false }),
    openText: (text) => store.setState({ text, main: "text", playing: false, detailOpen: false }),
    goTo: (place) =>
      store.setState(
        place.page === "learn"
          ? { place, playing: false }
          : { place, playing: false, hold: undefined, lesson: undefined },
      ),
    chooseLanguage: (language) => settle({ ...store.getState().settings, language }),
    chooseTheme: (theme) => settle({ ...store.getState().settings, theme }),
    systemTheme: (systemDark) => store.setState({ systemDark }),
    resizeDetail: (detail) => settle({ ...store.getState().settings, detail }),
  };
  return Object.assign(store, { actions });
}
