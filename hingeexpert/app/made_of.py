"""What the runtime of the app is made of: Python for browsers, and the libraries that the pages
need there.

Only data: names, versions, files and their hashes. How they are got is `runtime.py`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Download:
    """One file of a registry.

    Attributes:
        name: Of the package, as its registry has it.
        file: As the registry calls it.
        sha256: Of the file, hexadecimal.
    """

    name: str
    version: str
    file: str
    sha256: str


def _wheel(name: str, version: str, tag: str, sha256: str) -> Download:
    return Download(name, version, f"{name.replace('-', '_')}-{version}-{tag}.whl", sha256)


PYTHON_ONLY = "py3-none-any"
LINUX = "cp314-cp314-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64"
"""Of two libraries there is no wheel without a part in C; that part is left out."""
BROWSER = "cp314-cp314-pyemscripten_2026_0_wasm32"

PYODIDE = Download(
    "pyodide",
    "314.0.7",
    "pyodide-314.0.7.tgz",
    "66b7949e5a0cba2250b586d7e368bf12fb482800748d182c4618254b685ffaa0",
)
"""CPython 3.14 as WebAssembly, of npm."""
PYDANTIC_CORE = _wheel(
    "pydantic-core",
    "2.50.5",
    BROWSER,
    "b2910ec0fa5aeb9bef70156f2b79f4783978fdcfaa7b2f1b5d1814458d2e79a1",
)
"""The one library that is no Python."""
SOURCES = (
    Download(
        "frozendict",
        "1.2",
        "frozendict-1.2.tar.gz",
        "774179f22db2ef8a106e9c38d4d1f8503864603db08de2e33be5b778230f6e45",
    ),
)
"""What has no wheel."""
WHEELS = (
    _wheel(
        "annotated-types",
        "0.8.0",
        PYTHON_ONLY,
        "f072f4d804ea359e4eaf198b1af7a8b0943881a87f31bb764f8bf219bb9419e0",
    ),
    _wheel(
        "anyio",
        "4.16.0",
        PYTHON_ONLY,
        "c66ae634e0b8228396b801741beb3294326d4b6102f7bba4041c0dfb58c29026",
    ),
    _wheel(
        "experta",
        "1.9.4",
        PYTHON_ONLY,
        "c83d78d17305d9df502d6c3f14259f3b909278f3dd99f2494c0b83791ebe13c9",
    ),
    _wheel(
        "jinja2",
        "3.1.6",
        PYTHON_ONLY,
        "85ece4451f492d0c13c5dd7c13a64681a86afae63a5f347908daf103ce6d2f67",
    ),
    _wheel(
        "markupsafe",
        "3.0.4",
        LINUX,
        "a8e9f292fcda89b324f2f5c91d13f1424a153e40fc2756f38ee23b15835ff300",
    ),
    _wheel(
        "platformdirs",
        "4.14.8",
        PYTHON_ONLY,
        "1e34af590de4d978631b751eb2202f2fee4497537a17c1720b12fcf57b331392",
    ),
    _wheel(
        "pydantic",
        "2.14.4",
        PYTHON_ONLY,
        "653a2ad9f6d8858529c77c72717d0ea991d6c6837fe683246b2f4b2bbfc3fadc",
    ),
    PYDANTIC_CORE,
    _wheel(
        "pyyaml",
        "6.0.4",
        LINUX,
        "c604dc2613c417130479cdd6e55c2faa691b6365aa82b3dafddfcecc2eaf1ac7",
    ),
    _wheel(
        "schema",
        "0.6.7",
        "py2.py3-none-any",
        "a058daf5d926e4ece9f13c4c2366a836143ca7913ef053c5023c569e00175b2a",
    ),
    _wheel(
        "starlette",
        "1.10.0",
        PYTHON_ONLY,
        "478c0ab3b4ced6e82719849c118fa406f0278a3499c1a898cd15cd31bdc38ce4",
    ),
    _wheel(
        "typing-extensions",
        "4.16.0",
        PYTHON_ONLY,
        "481caa481374e813c1b176ada14e97f1f67a4539ce9cfeb3f350d78d6370c2e8",
    ),
    _wheel(
        "typing-inspection",
        "0.4.5",
        PYTHON_ONLY,
        "bc210535442b39e1bf2805e0c7a17dfd6a4ace760c84c7f7d16245d23a6b1c39",
    ),
    _wheel(
        "yamlcore",
        "0.0.4",
        PYTHON_ONLY,
        "f82a7f7d16baf6531a8c3266b0b63ece251ee2abaf2b9eee040a2f64c8fc618d",
    ),
)
DOWNLOADS = (PYODIDE, *WHEELS, *SOURCES)
