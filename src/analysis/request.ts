import type { Words } from "../base/words.ts";
import type { SideName } from "../diagnose/finding.ts";
import type { Hurt } from "../diagnose/hurt.ts";
import type { Flow } from "../simulate/flow.ts";
import type { UnderstoodView } from "./understood.ts";
import type { AnalysisView, FlowView, ReadView, ShownLine } from "./view.ts";

/** One pasted text or dropped file of a side. */
export interface InputText {
  /** Stays the same as long as the text is there; a text without one is known by its place. */
  readonly key?: string;
  readonly side: SideName;
  readonly name: string;
  readonly content: string | Uint8Array | Blob;
  /** Repairs are declined: the text is read exactly as pasted. */
  readonly asPasted?: boolean;
}

/** A text as a request names it. The worker keeps texts, so that content comes along only once. */
export interface SentText extends Omit<InputText, "content"> {
  readonly key: string;
  readonly content?: InputText["content"];
}

/** A change of the model that the user tries. */
export type WhatIf =
  | { readonly kind: "cluster-cidr"; readonly side: SideName; readonly cidr: string }
  | { readonly kind: "masquerade-all"; readonly side: SideName }
  /** An `iptables` command's rule, e.g. `-t nat -A POSTROUTING -s 10.0.0.1/32 -j SNAT --to-source 10.1.1.1`. */
  | { readonly kind: "add-rule"; readonly side: SideName; readonly rule: string };

/** One file out of an archive. */
export interface UnpackedFile {
  readonly name: string;
  readonly content: Blob;
}

/** Page to worker. A newer `analyse` makes older replies stale; ids rise. */
export type Request =
  | {
      readonly t: "analyse";
      readonly id: number;
      readonly texts: readonly SentText[];
      /** reading: only what is recognised and what is missing; verdict: all of it. */
      readonly depth: "reading" | "verdict";
      readonly flow?: Hurt;
    }
  | { readonly t: "ask"; readonly id: number; readonly flow: Flow; readonly whatIf: readonly WhatIf[] }
  | { readonly t: "understood"; readonly id: number }
  | { readonly t: "unpack"; readonly id: number; readonly name: string; readonly content: Blob }
  | {
      readonly t: "link";
      readonly id: number;
      readonly base: string;
      readonly flow?: Hurt;
      readonly step?: number;
      readonly whatIf?: readonly WhatIf[];
    }
  | { readonly t: "cancel"; readonly id: number };

export type Reply =
  | {
      readonly t: "progress";
      readonly id: number;
      readonly stage: "reading" | "comparing" | "simulating";
      readonly done: number;
      readonly total: number;
      /** The text that is being read. */
      readonly key?: string;
    }
  /** A text is in the worker: where its lines begin, and a handle where it came as a string. */
  | {
      readonly t: "taken";
      readonly id: number;
      readonly key: string;
      readonly bytes: number;
      readonly lineStarts: Uint32Array;
      readonly blob?: Blob;
    }
  | { readonly t: "read"; readonly id: number; readonly view: ReadView }
  | { readonly t: "analysed"; readonly id: number; readonly view: AnalysisView }
  | {
      readonly t: "asked";
      readonly id: number;
      readonly view: FlowView;
      readonly lines: Readonly<Record<string, ShownLine>>;
    }
  | { readonly t: "understood"; readonly id: number; readonly all: UnderstoodView }
  | { readonly t: "unpacked"; readonly id: number; readonly files: readonly UnpackedFile[]; readonly says?: Words }
  | { readonly t: "linked"; readonly id: number; readonly url: string }
  | { readonly t: "cancelled"; readonly id: number }
  | { readonly t: "failed"; readonly id: number; readonly message: string };
