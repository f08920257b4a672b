import type { Request } from "../request.ts";
import type { OpenWire, Wire } from "./client.ts";

/** Opens the worker with its first request: its code is a chunk of its own, not part of the first page. */
export const lazyWire: OpenWire = (onReply, onDeath) => {
  const waiting: Request[] = [];
  let wire: Wire | undefined;
  let closed = false;
  import("./spawn.ts").then(
    ({ openWorker }) => {
      if (closed) return;
      wire = openWorker(onReply, onDeath);
      for (const request of waiting) wire.send(request);
    },
    (error: unknown) => onDeath(String(error)),
  );
  return {
    send: (request) => {
      if (wire) wire.send(request);
      else waiting.push(request);
    },
    close: () => {
      closed = true;
      wire?.close();
    },
  };
};
