import type { Outcome } from "../../../analysis/view.ts";
import { OutcomeMark, SideSign } from "../kit/marks.tsx";
import { useTexts } from "../kit/store.tsx";

const outcomes: readonly Outcome[] = [
  "delivered",
  "wrong-source",
  "wrong-destination",
  "undecidable",
  "reply-lost",
  "dropped",
  "refused",
  "looped",
];

export function Legend() {
  const t = useTexts();
  return (
    <ul
      aria-label={t.flows.legend}
      className="mt-6 flex max-w-[820px] flex-wrap gap-x-7 gap-y-2 text-small text-text-2"
    >
      <li className="flex items-center gap-2">
        <SideSign side="healthy" size={9} />
        {t.flows.left}
      </li>
      <li className="flex items-center gap-2">
        <SideSign side="broken" size={9} />
        {t.flows.right}
      </li>
      {outcomes.map((outcome) => (
        <li key={outcome} className="flex items-center gap-2">
          <OutcomeMark outcome={outcome} size={15} />
          {t.outcome[outcome]}
        </li>
      ))}
      <li className="flex items-center gap-2">
        <OutcomeMark outcome={undefined} size={15} />
        {t.notApplied}
      </li>
    </ul>
  );
}
