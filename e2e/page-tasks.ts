import type { Browser, Page } from "@playwright/test";

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time in microseconds; the wall's depends on what else the machine does. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Processor time, in milliseconds, of each task of the page's main thread while `work` goes on; the longest first. */
export async function pageTasks(browser: Browser, page: Page, work: () => Promise<void>): Promise<readonly number[]> {
  await browser.startTracing(page, { categories: ["toplevel"] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const thread = (event: TraceEvent): string => `${event.pid} ${event.tid}`;
  const mains = new Set(
    traceEvents.filter((e) => e.name === "thread_name" && e.args?.name === "CrRendererMain").map(thread),
  );
  const tasks = traceEvents.filter((e) => e.ph === "X" && e.name.endsWith("RunTask") && mains.has(thread(e)));
  if (!tasks.some((task) => task.tdur !== undefined)) throw new Error("the trace says nothing of processor time");
  return tasks.map((task) => Math.round((task.tdur ?? 0) / 1000)).sort((a, b) => b - a);
}
