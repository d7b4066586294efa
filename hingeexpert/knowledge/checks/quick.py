"""What does not fit in the quick card of `intake.yaml`: clusters that are not there or left out,
and questions that it asks twice.
"""

from collections.abc import Iterator, Mapping

from hingeexpert.errors import Problem, shown
from hingeexpert.knowledge.answer_kinds import not_among
from hingeexpert.knowledge.checks.loaded import LoadedFiles
from hingeexpert.knowledge.models.intake import IntakeFile, Quick
from hingeexpert.knowledge.models.observables import Cluster, Group


def quick_problems(files: LoadedFiles, intake: IntakeFile) -> Iterator[Problem]:
    """Check the quick card, once every part of the form is good by itself."""
    groups: list[Group] = [group for _, _, group in files.of("observables")]
    if intake.quick is None or {group.group for group in groups} != files.names.groups:
        return
    clusters = {cluster.id: cluster for group in groups for cluster in group.clusters}
    first = {cluster.id for group in groups if group.asked_first for cluster in group.clusters}
    yield from _cluster_problems(files, intake.quick, clusters, first)
    yield from _twice(files, intake.quick, clusters)


def _cluster_problems(
    files: LoadedFiles, quick: Quick, clusters: Mapping[str, Cluster], first: set[str]
) -> Iterator[Problem]:
    """Check that its clusters are there, and that none of a part asked first is left out."""
    for number, name in enumerate(quick.clusters):
        if name not in clusters:
            path = ("quick", "clusters", number)
            yield files.problem("intake.yaml", path, not_among(name, tuple(clusters)))
    for name in clusters:
        if name in first and name not in quick.clusters:
            message = f"{shown(name)} is missing: every cluster of a part that is asked first"
            yield files.problem("intake.yaml", ("quick", "clusters"), f"{message} stands here")


def _twice(files: LoadedFiles, quick: Quick, clusters: Mapping[str, Cluster]) -> Iterator[Problem]:
    """Check that nothing is asked in a cluster and by itself."""
    named = [clusters[name] for name in quick.clusters if name in clusters]
    clustered = {name: cluster.id for cluster in named for name in cluster.asks}
    for number, name in enumerate(quick.asks):
        if name in clustered:
            message = f"{shown(name)} is asked in the cluster {shown(clustered[name])} already"
            yield files.problem("intake.yaml", ("quick", "asks", number), message)
