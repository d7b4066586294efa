"""Workbooks as people keep them: several sheets, hidden rows, formulas, numbers shown otherwise."""

import datetime
import zipfile
from pathlib import Path

import xlsxwriter
from messy import Arguments, open_document, outcome, workbook, written

HEADINGS = ["patient.id", "date", "wall.hips", "stick.sacrum", "pain.during_drill"]
P1 = ["P1", "2026-11-20", "back", "kept", 2]
P2 = ["P2", "2026-11-21", "back", "lost", 3]
P3 = ["P3", "2026-11-22", "back", "lost", 0]
NOTES = [["How to use this workbook"], ["Fill in one row for each visit."]]


@outcome(judged=["P1", "P2", "P3"])
def a_month_on_each_sheet(folder: Path) -> Arguments:
    sheets = {"October": [HEADINGS, P1], "November": [HEADINGS, P2, P3]}
    return [workbook(folder / "t.xlsx", **sheets)]


@outcome(judged=["P1", "P2"], says=["t.xlsx[Forms]: the sheet 'Notes' holds no table of forms"])
def notes_on_a_sheet_of_their_own(folder: Path) -> Arguments:
    return [workbook(folder / "t.xlsx", Notes=NOTES, Forms=[HEADINGS, P1, P2])]


@outcome(judged=["P1", "P2"])
def empty_sheets_behind(folder: Path) -> Arguments:
    return [workbook(folder / "t.xlsx", Sheet1=[HEADINGS, P1, P2], Sheet2=[], Sheet3=[])]


@outcome(judged=["P1"], says=["the sheet 'December' has headings and no row"])
def a_sheet_that_waits_for_its_month(folder: Path) -> Arguments:
    return [workbook(folder / "t.xlsx", November=[HEADINGS, P1], December=[HEADINGS])]


@outcome(judged=["P1"], rejected={"P1": ["repeated_visit"]})
def the_same_visit_on_two_sheets(folder: Path) -> Arguments:
    return [workbook(folder / "t.xlsx", a=[HEADINGS, P1], b=[HEADINGS, P1])]


@outcome(judged=["P1"], rejected={"": ["missing_column"]})
def a_sheet_that_does_not_say_whose_forms_they_are(folder: Path) -> Arguments:
    headings = ["number", *HEADINGS[1:]]
    return [workbook(folder / "t.xlsx", a=[HEADINGS, P1], b=[headings, P2])]


@outcome(judged=["P2"])
def the_sheet_that_is_named(folder: Path) -> Arguments:
    return [
        workbook(folder / "t.xlsx", a=[HEADINGS, P1], b=[HEADINGS, P2]),
        "--sheet",
        "b",
    ]


@outcome(rejected={"": ["missing_sheet"]})
def a_sheet_that_is_not_there(folder: Path) -> Arguments:
    return [workbook(folder / "t.xlsx", a=[HEADINGS, P1]), "--sheet", "c"]


@outcome(rejected={"": ["missing_column"]})
def no_sheet_of_forms(folder: Path) -> Arguments:
    return [workbook(folder / "t.xlsx", Notes=NOTES, More=NOTES)]


@outcome(judged=["P1", "P2"], says=["the sheet is hidden, and was read as well"])
def a_hidden_sheet(folder: Path) -> Arguments:
    book = xlsxwriter.Workbook(folder / "t.xlsx")
    for name, row in (("a", P1), ("b", P2)):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, row)
    sheet.hide()
    book.close()
    return [folder / "t.xlsx"]


@outcome(judged=["P1"])
def a_chart_on_a_sheet_of_its_own(folder: Path) -> Arguments:
    book = xlsxwriter.Workbook(folder / "t.xlsx")
    sheet = book.add_worksheet("Forms")
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, P1)
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=Forms!$E$2:$E$2"})
    book.add_chartsheet("Chart").set_chart(chart)
    book.close()
    return [folder / "t.xlsx"]


@outcome(
    judged=["P1", "P2", "P3"],
    says=["2 hidden rows were read as well", "a hidden column was read as well"],
)
def hidden_rows_and_columns(folder: Path) -> Arguments:
    book = xlsxwriter.Workbook(folder / "t.xlsx")
    sheet = book.add_worksheet()
    for place, row in enumerate([HEADINGS, P1, P2, P3]):
        sheet.write_row(place, 1, row)
    sheet.set_row(2, options={"hidden": True})
    sheet.set_row(3, options={"hidden": True})
    sheet.set_row(7, options={"hidden": True})
    sheet.set_column("F:F", None, None, {"hidden": True})
    book.close()
    return [folder / "t.xlsx"]


@outcome(judged=["P1"], rejected={"P2": ["not_calculated"], "P3": ["not_calculated"]})
def formulas_that_were_never_calculated(folder: Path) -> Arguments:
    return [_with_cells(folder, {"E3": "<f>1+2</f><v></v>", "D4": '<f>"lo"</f>'})]


@outcome(judged=["P1", "P2", "P3"])
def formulas_that_were_calculated(folder: Path) -> Arguments:
    return [_with_cells(folder, {"E3": "<f>1+2</f><v>3</v>"})]


@outcome(judged=["P1", "P3"], rejected={"P2": ["not_calculated"]})
def a_zero_in_place_of_what_a_formula_comes_to(folder: Path) -> Arguments:
    book = xlsxwriter.Workbook(folder / "t.xlsx")
    sheet = book.add_worksheet()
    for place, row in enumerate([HEADINGS, P1, P2, P3]):
        sheet.write_row(place, 0, row)
    sheet.write_formula("E3", "=1+2")
    book.close()
    return [folder / "t.xlsx"]


@outcome(judged=["00042", "00107", "P3"])
def numbers_shown_with_zeros(folder: Path) -> Arguments:
    book = xlsxwriter.Workbook(folder / "t.xlsx")
    sheet = book.add_worksheet()
    zeros = book.add_format({"num_format": "00000"})
    for place, row in enumerate([HEADINGS, P1, P2, P3]):
        sheet.write_row(place + 1, 1, row)
    sheet.write_number("B3", 42, zeros)
    sheet.write_number("B4", 107, zeros)
    book.close()
    return [folder / "t.xlsx"]


@outcome(judged=["P1", "P2"], cells={"date": ["2026-11-20", "2026-11-21"]})
def days_and_times(folder: Path) -> Arguments:
    book = xlsxwriter.Workbook(folder / "t.xlsx")
    sheet = book.add_worksheet()
    times = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
    for place, row in enumerate([HEADINGS, P1, P2]):
        sheet.write_row(place, 0, row)
    sheet.write_datetime("B2", datetime.datetime(2026, 11, 20, 14, 3), times)
    sheet.write_datetime("B3", datetime.datetime(2026, 11, 21), times)
    book.close()
    return [folder / "t.xlsx"]


@outcome(
    judged=["00042", "P2"],
    rejected={"P3": ["error_value"]},
    says=["a hidden row was read as well"],
)
def a_spreadsheet_of_libreoffice(folder: Path) -> Arguments:
    rows = [HEADINGS, [42, *P1[1:]], P2, P3]
    special = {
        (1, 0): ('office:value-type="float" office:value="42"', "00042"),
        (3, 4): ('office:value-type="float" office:value="0" calcext:value-type="error"', "#N/A"),
    }
    return [open_document(folder / "t.ods", rows, special, hidden={2})]


@outcome(rejected={"": ["unreadable_file"]})
def a_workbook_of_the_binary_kind(folder: Path) -> Arguments:
    with zipfile.ZipFile(folder / "t.xlsb", "w") as parts:
        parts.writestr("xl/workbook.bin", b"\x00")
    return [folder / "t.xlsb"]


@outcome(rejected={"": ["unreadable_file"]})
def a_document_of_numbers(folder: Path) -> Arguments:
    with zipfile.ZipFile(folder / "t.numbers", "w") as parts:
        parts.writestr("Index/Document.iwa", b"\x00")
    return [folder / "t.numbers"]


@outcome(rejected={"": ["unreadable_file"]})
def a_web_page_that_is_called_a_workbook(folder: Path) -> Arguments:
    return [written(folder / "t.xls", "<html><table><tr><td>patient.id</td></tr></table></html>")]


@outcome(judged=["P1"])
def tabs_that_are_called_a_workbook(folder: Path) -> Arguments:
    return [written(folder / "t.xls", "patient.id\twall.hips\nP1\tback\n")]


@outcome(rejected={"": ["unreadable_file"]})
def a_workbook_with_a_password(folder: Path) -> Arguments:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return [written(folder / "t.xlsx", content + "EncryptedPackage".encode("utf-16-le"))]


def _with_cells(folder: Path, cells: dict[str, str]) -> Path:
    """Write a workbook in which some cells hold this XML."""
    plain = workbook(folder / "plain.xlsx", Forms=[HEADINGS, P1, P2, P3])
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(folder / "t.xlsx", "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            for cell, content in cells.items() if "sheet1" in name else ():
                before, _, rest = text.partition(f'<c r="{cell}"')
                after = rest.partition("</c>")[2]
                text = f'{before}<c r="{cell}">{content}</c>{after}'
            new.writestr(name, text.replace('fullCalcOnLoad="1"', ""))
    return folder / "t.xlsx"
