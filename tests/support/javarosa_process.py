"""Fills forms with JavaRosa, the engine of ODK Collect and KoboCollect: a process of its own, since
a Java machine, once started, stays in the process that started it.

    python javarosa_process.py ODK_Validate.jar < asked.jsonl > filled.jsonl

Each line asks for one form, by the file of its XML, filled in several ways. A way is a list of
variable and answer, as text, in the order in which they are given. Of each come the submission and
the answers that JavaRosa refused; those of a line are a line.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

import jpype

OPTIONS = ("-Xmx512m", "-Xss8m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""A small machine that is soon there: more compiling costs more than what it fills is worth."""


class Filler:
    """One form of JavaRosa, filled again and again."""

    def __init__(self, java: Any, xform: str) -> None:
        self.java = java
        self.form = self.java.xform.util.XFormUtils.getFormFromFormXml(xform, None)
        self.blank = self.form.getMainInstance().clone()
        self.writer = self.java.model.xform.XFormSerializingVisitor()
        self.places = dict(self._places(self.java.form.api.FormEntryModel(self.form)))

    def fill(self, answers: list[tuple[str, str]]) -> dict[str, Any]:
        """Answer a blank form, and send it off."""
        self.form.setInstance(self.blank.clone())
        self.form.initialize(True, self.java.core.model.instance.InstanceInitializationFactory())
        model = self.java.form.api.FormEntryModel(self.form)
        controller = self.java.form.api.FormEntryController(model)
        refused = {}
        for name, answer in answers:
            prompt = model.getQuestionPrompt(self.places[name])
            data = self._data(prompt, answer)
            if data is None or controller.answerQuestion(self.places[name], data, True) != 0:
                refused[name] = str(prompt.getConstraintText() or "no such choice")
        self.form.postProcessInstance()
        xml = bytes(self.writer.serializeInstance(self.form.getInstance())).decode()
        return {"xml": xml, "refused": refused}

    def _places(self, model: Any) -> Iterator[tuple[str, Any]]:
        """Yield every question by its name, also one that is not shown."""
        index = self.java.core.model.FormIndex.createBeginningOfFormIndex()
        while not index.isEndOfFormIndex():
            index = model.incrementIndex(index)
            if model.getEvent(index) == self.java.form.api.FormEntryController.EVENT_QUESTION:
                yield str(index.getReference().getNameLast()), index

    def _data(self, prompt: Any, answer: str) -> Any:
        """Return an answer as JavaRosa keeps it; nothing for a choice that is not there."""
        data = self.java.core.model.data
        choices = prompt.getSelectChoices()
        if choices is not None:
            picked = [choice for choice in choices if str(choice.getValue()) == answer]
            return data.SelectOneData(picked[0].selection()) if picked else None
        kinds = self.java.core.model.Constants
        match prompt.getDataType():
            case kinds.DATATYPE_INTEGER:
                return data.IntegerData(int(answer))
            case kinds.DATATYPE_DECIMAL:
                return data.DecimalData(float(answer))
            case kinds.DATATYPE_DATE:
                return data.DateData(self.java.core.model.utils.DateUtils.parseDate(answer))
        return data.StringData(answer)


def started(jar: str) -> Any:
    """Start the Java machine, and return JavaRosa in it."""
    jpype.startJVM(jpype.getDefaultJVMPath(), *OPTIONS, classpath=[jar])
    java = jpype.JPackage("org").javarosa
    java.model.xform.XFormsModule().registerModule()
    return java


if __name__ == "__main__":
    javarosa = started(sys.argv[1])
    for line in sys.stdin:
        form, ways = json.loads(line)
        filler = Filler(javarosa, form)
        print(json.dumps([filler.fill(way) for way in ways]), flush=True)
