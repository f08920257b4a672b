import { walkthroughs } from "../../../learn/index.ts";
import { useActions, useSay, useTexts } from "../kit/store.tsx";

/** The walkthroughs, in order. Each has its own link. */
export default function Lessons() {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  return (
    <section>
      <h2 className="text-heading font-bold">{t.intake.learnTitle}</h2>
      <ul className="mt-1">
        {walkthroughs.map((one) => (
          <li key={one.slug} className="border-b border-line-1 last:border-0">
            <button
              type="button"
              className="group block w-full py-2 text-left hover:bg-bg-2"
              onClick={() => actions.goTo({ page: "learn", slug: one.slug, step: 1 })}
            >
              <span className="flex items-baseline justify-between gap-4">
                <b className="min-w-0 underline-offset-2 group-hover:underline">{say(one.title)}</b>
                <span className="shrink-0 text-small text-text-2">{t.intake.steps(one.steps.length)}</span>
              </span>
              <span className="mt-0.5 block text-text-2">{say(one.says)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
