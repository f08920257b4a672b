import { tell } from "../../../learn/walkthrough.ts";
import type { Lesson } from "../../state/store.ts";
import { Prose } from "../kit/prose.tsx";
import { useActions, useApp, useSay, useTexts } from "../kit/store.tsx";
import { QuestionForm } from "./question-form.tsx";

/** The text of one step, its question, and the way on. Each step has its own link. */
export function LessonText({ lesson }: { lesson: Lesson }) {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  const view = useApp((state) => state.shown);
  const { walkthrough, step } = lesson;
  const part = walkthrough.steps[step];
  if (!part || !view) return null;
  const go = (to: number): void =>
    actions.goTo(
      to < walkthrough.steps.length ? { page: "learn", slug: walkthrough.slug, step: to + 1 } : { page: "work" },
    );
  const open = part.question && !lesson.revealed;
  return (
    <section className="flex w-[392px] shrink-0 flex-col bg-bg-1 max-md:w-full" aria-label={say(walkthrough.title)}>
      <div className="min-h-0 flex-1 overflow-y-auto px-6 py-5 max-md:px-4">
        <div className="flex justify-between gap-4 text-small text-text-2">
          <span>
            {t.learn.case}: {say(walkthrough.title)}
          </span>
          <span className="shrink-0">{t.learn.progress(step + 1, walkthrough.steps.length)}</span>
        </div>
        <Progress lesson={lesson} go={go} />
        <h1 className="mt-5 text-verdict font-bold">{say(part.title)}</h1>
        {part.text.map((told) => {
          const text = say(tell(told, view));
          return (
            <p key={text} className="mt-2.5 text-lead text-text-2">
              <Prose text={text} />
            </p>
          );
        })}
        {part.question && <QuestionForm key={step} question={part.question} lesson={lesson} view={view} />}
      </div>
      <div className="flex shrink-0 items-center justify-between border-t border-line-1 px-5 py-2.5">
        <button type="button" className="button-word button" disabled={step === 0} onClick={() => go(step - 1)}>
          {t.learn.back}
        </button>
        <button type="button" className={open ? "button-word button" : "button"} onClick={() => go(step + 1)}>
          {open ? t.learn.skip : step + 1 < walkthrough.steps.length ? t.learn.next : t.learn.done}
        </button>
      </div>
    </section>
  );
}

function Progress({ lesson, go }: { lesson: Lesson; go: (to: number) => void }) {
  const t = useTexts();
  return (
    <ol className="lesson-progress mt-2 flex">
      {lesson.walkthrough.steps.map((part, i) => (
        <li key={part.title.en} data-past={i < lesson.step} className="flex-1 last:flex-none">
          <button
            type="button"
            aria-label={t.learn.stepLabel(i + 1)}
            aria-current={i === lesson.step ? "step" : undefined}
            onClick={() => go(i)}
          >
            <span />
          </button>
        </li>
      ))}
    </ol>
  );
}
