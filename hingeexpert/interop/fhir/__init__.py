"""FHIR R4: the form as a Questionnaire, answers as QuestionnaireResponses, a result as a Bundle."""
