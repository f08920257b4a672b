import type { FlowView } from "../../../analysis/view.ts";
import { type Question, tell } from "../../../learn/walkthrough.ts";
import type { Lesson } from "../../state/store.ts";
import { Prose } from "../kit/prose.tsx";
import { useActions, useSay, useTexts } from "../kit/store.tsx";

const letters = "ABCDEFGH";

/** A prediction: choose, then let the packet go on. What is right comes from the traces. */
export function QuestionForm({ question, lesson, view }: { question: Question; lesson: Lesson; view: FlowView }) {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  const choices = typeof question.choices === "function" ? question.choices(view) : question.choices;
  const right = question.answer(view);
  const { chosen, revealed } = lesson;
  return (
    <form
      className="mt-5 border-t border-line-1 pt-4"
      onSubmit={(event) => {
        event.preventDefault();
        actions.reveal();
      }}
    >
      <fieldset disabled={revealed}>
        <legend className="text-heading font-bold">
          <Prose text={say(tell(question.prompt, view))} />
        </legend>
        <div className="mt-3 grid gap-2">
          {choices.map((choice, i) => (
            <label key={choice.says.en} className="choice" data-right={revealed && i === right}>
              <input type="radio" name="choice" checked={chosen === i} onChange={() => actions.predict(i)} />
              <span className="min-w-0 flex-1">
                <b className="block">
                  <Prose text={say(choice.says)} />
                </b>
                {choice.note && <span className="text-text-2">{say(choice.note)}</span>}
              </span>
              <span className="text-label text-text-2">{letters[i]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {revealed ? (
        <div role="status" className="mt-4 text-lead">
          <b>{chosen === undefined ? "" : chosen === right ? t.learn.right : t.learn.wrong}</b>{" "}
          {t.learn.answer(letters[right] ?? "")}{" "}
          <span className="text-text-2">
            <Prose text={say(tell(question.because, view))} />
          </span>
        </div>
      ) : (
        <div className="mt-4 flex items-center gap-3">
          <button type="submit" className="button button-primary min-h-10 px-5" disabled={chosen === undefined}>
            {t.learn.go}
          </button>
          <span className="text-small text-text-2">{t.learn.computed}</span>
        </div>
      )}
    </form>
  );
}
