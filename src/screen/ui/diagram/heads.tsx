import type { Picture } from "../../diagram/picture.ts";
import { useLanguage } from "../kit/store.tsx";

export const HEAD = 40;

/** Column heads: once, above both lanes. */
export function Heads({ picture, left }: { picture: Picture; left: number }) {
  const language = useLanguage();
  return (
    <div className="heads" style={{ height: HEAD }} aria-hidden="true">
      <div style={{ width: picture.width, transform: `translateX(${left}px)` }}>
        {picture.columns.map((column, i) => (
          <div
            key={column.key}
            className={i % 2 === 1 ? "head banded" : "head"}
            style={{ left: column.x0, width: column.x1 - column.x0 }}
          >
            <b>{column.head[language]}</b>
            <span>{column.sub[language]}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
