import { type AnalysisClient, createClient } from "./client.ts";
import { type Engine, serve } from "./server.ts";

/** The same client without a worker: for tests, and where workers cannot be had. */
export function createInlineClient(engine: Engine): AnalysisClient {
  return createClient((onReply) => {
    let open = true;
    const handle = serve(
      engine,
      (reply) => {
        if (open) queueMicrotask(() => onReply(reply));
      },
      () => new Promise((resolve) => setTimeout(resolve, 0)),
    );
    return {
      send: (request) => void handle(request),
      close: () => {
        open = false;
      },
    };
  });
}
