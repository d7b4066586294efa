"""The settings file of a clinic: read whole, or every mistake told with its place."""

from pathlib import Path

import pytest
from papers import SVG

from hingeexpert.errors import InputError
from hingeexpert.handout.clinic import MOST_BYTES, Clinic, Logo, read_clinic
from hingeexpert.pictures import Looks

KEYS = "name, phone, emergency_number, address, logo, figure"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(17) + b"\0\0\0\0IEND\xaeB`\x82"
JPG = b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9"


def settings(folder: Path, text: str | bytes) -> Path:
    path = folder / "clinic.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def told(folder: Path, text: str | bytes) -> list[str]:
    """Return what is said of settings that cannot be used, without the folder."""
    with pytest.raises(InputError) as caught:
        read_clinic(settings(folder, text))
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_every_key_is_read(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(SVG, encoding="utf-8")
    clinic, logo = read_clinic(
        settings(
            tmp_path,
            (
                'name: Hill Street\nphone: "555"\nemergency_number: "112"\naddress: 1 Hill '
                "Street\nlogo: logo.svg\n"
            ),
        )
    )
    assert clinic == Clinic(
        name="Hill Street",
        phone="555",
        emergency_number="112",
        address="1 Hill Street",
        logo="logo.svg",
    )
    assert logo is not None
    assert logo.address.startswith("data:image/svg+xml;base64,")


def test_a_name_is_enough(tmp_path: Path) -> None:
    assert read_clinic(settings(tmp_path, "name: Clínica 王\n")) == (
        Clinic(name="Clínica 王"),
        None,
    )


def test_clinic_chooses_who_is_drawn(tmp_path: Path) -> None:
    chosen, _ = read_clinic(settings(tmp_path, "name: A\nfigure: {body: second, skin: dark}\n"))
    left, _ = read_clinic(settings(tmp_path, "name: A\n"))

    assert chosen.figure.look == Looks("second", "dark")
    assert left.figure.look == Looks("first", "mid")


def test_settings_may_be_json(tmp_path: Path) -> None:
    assert (
        read_clinic(settings(tmp_path, '{"name": "Hill Street", "phone": "555"}'))[0].phone == "555"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("phone: '1'\n", "clinic.yaml:1: name: the key 'name' is missing"),
        (
            "name: A\nphnoe: '1'\n",
            f"clinic.yaml:2: phnoe: unknown key 'phnoe'; allowed: {KEYS}; did you mean 'phone'?",
        ),
        (
            "name: A\nphone: 5550142\n",
            "clinic.yaml:2: phone: text is needed; put a number in quotes",
        ),
        (
            "name: A\nemergency_number: 112\n",
            "clinic.yaml:2: emergency_number: text is needed; put a number in quotes",
        ),
        ("name: ''\n", "clinic.yaml:1: name: text of 1 to 100 characters is needed"),
        (
            f"name: A\naddress: {'x' * 101}\n",
            "clinic.yaml:2: address: text of 1 to 100 characters is needed",
        ),
        (
            "name: A\nfigure: {skin: drak}\n",
            "clinic.yaml:2: figure.skin: allowed: light, mid, dark; did you mean 'dark'?",
        ),
        (
            "name: A\nfigure: {boddy: first}\n",
            "clinic.yaml:2: figure.boddy: unknown key 'boddy'; allowed: body, skin; "
            "did you mean 'body'?",
        ),
        ("name: A\nfigure: 3\n", "clinic.yaml:2: figure: a map is needed with the keys body, skin"),
        ("name: [A]\n", "clinic.yaml:1: name: text is needed; put a number in quotes"),
    ],
)
def test_a_mistake_is_told_with_line_key_and_what_is_allowed(
    tmp_path: Path, text: str, expected: str
) -> None:
    assert told(tmp_path, text) == [expected]


@pytest.mark.parametrize("text", ["- A\n", "A\n", "3\n"])
def test_what_is_no_map_is_told(tmp_path: Path, text: str) -> None:
    (only,) = told(tmp_path, text)
    assert "a map is needed" in only


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "name: [\n", b"\xff\xfe\x00", "name: A\nname: B\n"]
)
def test_what_cannot_be_read_is_told_with_the_file(tmp_path: Path, text: str | bytes) -> None:
    assert all(line.startswith("clinic.yaml") for line in told(tmp_path, text))


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    assert len(told(tmp_path, "phone: 1\naddress: ''\nlgo: a\n")) == 4


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.yaml: cannot be read: No such file or directory"):
        read_clinic(tmp_path / "gone.yaml")


@pytest.mark.parametrize(
    ("name", "content", "format_"),
    [
        ("a.png", PNG, "png"),
        ("a.PNG", PNG, "png"),
        ("a.jpg", JPG, "jpg"),
        ("a.jpeg", JPG, "jpg"),
        ("a.svg", SVG.encode(), "svg"),
    ],
)
def test_logos_of_three_kinds_are_read(
    tmp_path: Path, name: str, content: bytes, format_: str
) -> None:
    (tmp_path / name).write_bytes(content)
    _, logo = read_clinic(settings(tmp_path, f"name: A\nlogo: {name}\n"))
    assert isinstance(logo, Logo)
    assert logo.format == format_


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "a.gif",
            b"GIF89a",
            "'a.gif' is no picture that can be printed; allowed: .png, .jpg, .jpeg, .svg",
        ),
        ("a", PNG, "'a' is no picture that can be printed; allowed: .png, .jpg, .jpeg, .svg"),
        ("a.png", None, "'a.png' cannot be read: No such file or directory"),
        ("a.png", JPG, "'a.png' does not hold what its ending says (png)"),
        ("a.png", PNG[:20], "'a.png' does not hold what its ending says (png)"),
        ("a.jpg", JPG[:10], "'a.jpg' does not hold what its ending says (jpg)"),
        ("a.svg", b"<html></html>", "'a.svg' does not hold what its ending says (svg)"),
        ("a.svg", SVG.encode()[:60], "'a.svg' does not hold what its ending says (svg)"),
        (
            "a.png",
            PNG + bytes(MOST_BYTES),
            f"'a.png' is too long; at most {MOST_BYTES} bytes are read",
        ),
        ("a.png", b"", "'a.png' does not hold what its ending says (png)"),
    ],
)
def test_a_logo_that_cannot_be_printed_is_told(
    tmp_path: Path, name: str, content: bytes | None, expected: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert told(tmp_path, f"name: A\nlogo: {name}\n") == [f"clinic.yaml:2: logo: {expected}"]


def test_a_folder_is_no_logo(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    assert told(tmp_path, "name: A\nlogo: a.png\n") == [
        "clinic.yaml:2: logo: 'a.png' cannot be read: Is a directory"
    ]


def test_a_logo_may_lie_elsewhere(tmp_path: Path) -> None:
    """The file is the clinic's own, so its path may lead out of the folder, or be whole."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "logo.png").write_bytes(PNG)
    for path in ("../logo.png", str(tmp_path / "logo.png")):
        assert read_clinic(settings(tmp_path / "deep", f"name: A\nlogo: {path}\n"))[1] is not None


@pytest.mark.parametrize("name", ["settings", "logo"])
def test_a_file_without_an_end_is_not_read_to_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / "clinic.yaml"
    if name == "settings":
        path.symlink_to("/dev/zero")
    else:
        path.write_text("name: A\nlogo: a.png\n", encoding="utf-8")
        (tmp_path / "a.png").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="is too long; at most"):
        read_clinic(path)
