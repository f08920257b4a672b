// The worker: requests come in, `serve` answers them with the analysis. Nothing else lives here.
import type { Reply, Request } from "../request.ts";
import { engine } from "./engine.ts";
import { messagePause, serve } from "./server.ts";

const scope = globalThis as unknown as {
  postMessage(reply: Reply): void;
  onmessage: ((event: { data: Request }) => void) | null;
};
const handle = serve(engine, (reply) => scope.postMessage(reply), messagePause());
scope.onmessage = (event) => void handle(event.data);
