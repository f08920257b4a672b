import type { Reply } from "../request.ts";
import type { OpenWire } from "./client.ts";
import Worker from "./worker.ts?worker&inline";

/**
 * Starts the analysis in a worker made of a blob: only such a worker inherits the page's content security policy, and
 * the dumps live in it.
 */
export const openWorker: OpenWire = (onReply, onDeath) => {
  const worker = new Worker({ name: "natlens" });
  worker.onmessage = (event: MessageEvent<Reply>) => onReply(event.data);
  worker.onerror = (event) => onDeath(event.message);
  worker.onmessageerror = () => onDeath("a message could not be read");
  return { send: (request) => worker.postMessage(request), close: () => worker.terminate() };
};
