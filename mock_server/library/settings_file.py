"""The configuration file of a stand-alone mock."""

from pathlib import Path

from harness.documents.yaml_document import YamlDocument
from mock_server.serving.settings import Settings, check_settings


def load_settings(path: Path) -> Settings:
    """
    Return what *path* says; an empty file says nothing.

    Raises:
        BadInput: It cannot be read, or something in it does not fit.
    """
    document = YamlDocument(path)
    if document.value is None:
        return Settings()
    settings = document.convert(Settings)
    try:
        check_settings(settings)
    except ValueError as error:
        raise document.blamed(str(error)) from error
    return settings
