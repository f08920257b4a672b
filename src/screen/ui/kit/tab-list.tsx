import { type KeyboardEvent, useRef } from "react";

/** Tabs with one tab stop; arrows choose. Tab `x` has the id `<id>-x`, by which its panel is named. */
export function TabList<Id extends string>({
  id,
  panel,
  label,
  tabs,
  chosen,
  onChoose,
}: {
  readonly id: string;
  /** The id of the panel. */
  readonly panel: string;
  readonly label: string;
  readonly tabs: readonly { readonly id: Id; readonly name: string }[];
  readonly chosen: Id;
  readonly onChoose: (id: Id) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const at = tabs.findIndex((tab) => tab.id === chosen);
    const to =
      event.key === "ArrowRight"
        ? at + 1
        : event.key === "ArrowLeft"
          ? at - 1
          : event.key === "Home"
            ? 0
            : event.key === "End"
              ? tabs.length - 1
              : undefined;
    if (to === undefined) return;
    event.preventDefault();
    const next = (to + tabs.length) % tabs.length;
    onChoose(tabs[next]?.id ?? chosen);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };
  return (
    <div
      ref={list}
      role="tablist"
      aria-label={label}
      onKeyDown={move}
      className="flex shrink-0 flex-wrap gap-x-1 border-b border-line-1"
    >
      {tabs.map((tab) => (
        <button
          key={tab.id}
          id={`${id}-${tab.id}`}
          type="button"
          role="tab"
          aria-selected={tab.id === chosen}
          aria-controls={panel}
          tabIndex={tab.id === chosen ? 0 : -1}
          onClick={() => onChoose(tab.id)}
          className="min-h-9 border-b-2 border-transparent px-2 text-text-2 hover:text-text-1 aria-selected:border-text-1 aria-selected:font-bold aria-selected:text-text-1 max-md:min-h-11"
        >
          {tab.name}
        </button>
      ))}
    </div>
  );
}
