// The form in components of React that are not ours: QuestionnaireForm of Medplum, and the renderer
// of CSIRO's Smart Forms. `fhir_clients.py` bundles it, in a folder with the packages it names.
import "@mantine/core/styles.css";
import {SmartFormsRenderer, destroyForm, getResponse} from "@aehrc/smart-forms-renderer";
import {removeEmptyAnswersFromResponse} from "@aehrc/smart-forms-renderer";
import {MantineProvider} from "@mantine/core";
import {MockClient} from "@medplum/mock";
import {QuestionnaireForm} from "@medplum/react";
import {MedplumProvider} from "@medplum/react-hooks";
import {createRoot} from "react-dom/client";

const client = new MockClient();
let root, given;

function draw(component) {
  root?.unmount();
  root = createRoot(document.getElementById("form"));
  root.render(component);
}

function seen(selector, linkOf) {
  return [...document.querySelectorAll(selector)].filter(one => one.checkVisibility()).map(linkOf);
}

const medplum = {
  show(form, response) {
    given = response ?? undefined;
    const take = changed => { given = changed; };
    draw(<MantineProvider><MedplumProvider medplum={client}>
      <QuestionnaireForm questionnaire={form} questionnaireResponse={given} disablePagination
        onChange={take} onSubmit={take} />
    </MedplumProvider></MantineProvider>);
  },
  answers: () => given ?? {resourceType: "QuestionnaireResponse"},
  seen: () => seen("#form label[id$='-label']", label => label.id.slice(0, -"-label".length)),
  selector: link => `#form div:has(> label[id="${link}-label"])`,
};

const smart = {
  show(form, response) {
    destroyForm();
    draw(<SmartFormsRenderer questionnaire={form} questionnaireResponse={response ?? undefined} />);
  },
  answers: form => removeEmptyAnswersFromResponse(form, getResponse()),
  seen: () => seen("#form label[id^='label-']", label => label.id.slice("label-".length)),
  selector: link => `#form [data-linkid="${link}"]:has(label[id="label-${link}"])`,
};

window.renderers = {medplum, smart};
