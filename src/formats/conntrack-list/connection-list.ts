import type { Connection, Connections } from "../../model/node/observation.ts";
import type { Lines } from "../format.ts";
import type { ReadConnection } from "./connection-line.ts";

/** Lines that are connections, four bytes for each; what stands in them is read when asked for. */
export interface ConnectionLines {
  readonly length: number;
  push(line: number): void;
  connections(lines: Lines, read: (text: string) => ReadConnection | undefined): Connections;
}

export function newConnectionLines(): ConnectionLines {
  let list = new Uint32Array(64);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(line) {
      if (length === list.length) {
        const longer = new Uint32Array(list.length * 2);
        longer.set(list);
        list = longer;
      }
      list[length++] = line;
    },
    connections(lines, read) {
      const places = list.slice(0, length);
      const at = (i: number): Connection | undefined => {
        const line = places[i];
        const connection = line === undefined ? undefined : read(lines.text(line));
        return line === undefined || !connection ? undefined : { ...connection, at: lines.span(line) };
      };
      return {
        length: places.length,
        at,
        *[Symbol.iterator]() {
          for (let i = 0; i < places.length; i++) {
            const connection = at(i);
            if (connection) yield connection;
          }
        },
      };
    },
  };
}
