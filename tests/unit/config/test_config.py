import stat
import threading
from pathlib import Path

import pytest

from tidings.config import Config, kept_secret, load
from tidings.errors import ConfigurationError


@pytest.fixture
def toml(tmp_path):
    """Write settings to a file; give the environment that names it."""

    def write(text):
        path = tmp_path / "settings.toml"
        path.write_text(text)
        return {"TIDINGS_CONFIG": str(path)}

    return write


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Stand in a folder without settings."""
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")


def test_nothing_set_is_the_defaults():
    """Without file, environment and command line, every setting is its default."""
    assert load(environ={}) == Config()


def test_the_file_sets(toml):
    """What the file sets is taken, each setting in its type."""
    config = load(environ=toml('port = 9000\ndata = "/srv/data"\nstrict_write_keys = true\nemail_from = "A <a@b.c>"'))
    assert (config.port, config.data, config.strict_write_keys) == (9000, Path("/srv/data"), True)
    assert config.email_from == "A <a@b.c>"


def test_the_file_in_the_working_folder_is_found():
    """`tidings.toml` in the working folder needs not be named."""
    Path("tidings.toml").write_text("port = 9000")
    assert load(environ={}).port == 9000


def test_the_environment_beats_the_file(toml):
    """A variable wins over the file, and what it does not set is left to the file."""
    config = load(environ=toml('port = 9000\nhost = "::"') | {"TIDINGS_PORT": "9001"})
    assert (config.port, config.host) == (9001, "::")


def test_the_command_line_beats_the_environment(toml):
    """An override wins over variable and file, even when it says the default."""
    config = load({"port": 8000}, environ=toml("port = 9000") | {"TIDINGS_PORT": "9001"})
    assert config.port == 8000


def test_unset_is_not_default(toml):
    """An option that was not given, and an empty variable, leave what the file says."""
    config = load({"port": None, "host": None}, environ=toml('port = 9000\nhost = "::"') | {"TIDINGS_HOST": ""})
    assert (config.port, config.host) == (9000, "::")


@pytest.mark.parametrize("text", ["true", "1", "True"])
def test_a_variable_may_say_yes(text):
    """Yes or no can be said in a variable."""
    assert load(environ={"TIDINGS_STRICT_WRITE_KEYS": text}).strict_write_keys


def test_the_data_folder_may_be_given_as_a_path(tmp_path):
    """Folders come as text from file and environment, as paths from the command line."""
    assert load({"data": tmp_path}, environ={}).data == tmp_path
    assert load(environ={"TIDINGS_DATA": str(tmp_path)}).data == tmp_path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "eight"),
        ("port", "-1"),
        ("port", "65536"),
        ("dedup_hours", "23"),
        ("dedup_hours", "169"),
        ("historical_after_hours", "0"),
        ("claim_s", "0"),
        ("test_delivery", "sometimes"),
        ("log_format", "xml"),
        ("log_level", "loud"),
        ("strict_write_keys", "perhaps"),
    ],
)
def test_a_wrong_value_names_its_setting(name, value):
    """What is wrong is said with the name of the setting."""
    with pytest.raises(ConfigurationError, match=name):
        load(environ={f"TIDINGS_{name.upper()}": value})


def test_an_unknown_setting_is_refused(toml):
    """A misspelt setting in the file is named, with those there are."""
    with pytest.raises(ConfigurationError, match=r"'prot'.*port"):
        load(environ=toml("prot = 9000"))


@pytest.mark.parametrize("content", [b"port = ", b'host = "\xff"'])
def test_a_broken_file_is_named(tmp_path, content):
    """A file that cannot be read as TOML is named."""
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"broken\.toml"):
        load(environ={"TIDINGS_CONFIG": str(path)})


def test_a_missing_file_is_named():
    """A file that is named but is not there is a mistake, not silence."""
    with pytest.raises(ConfigurationError, match="nowhere"):
        load(environ={"TIDINGS_CONFIG": "nowhere.toml"})


def test_a_config_does_not_show_its_keys():
    """Settings in a log show no keys and no passwords."""
    config = Config(api_key="key-api", write_key="key-write", secret_key="key-secret", smtp_url="smtp://u:key-smtp@h")
    assert "key-" not in repr(config)
    assert "key-" not in str(config)


def test_a_secret_is_made_once(tmp_path):
    """A secret is made on first use, readable by its owner alone, and the same ever after."""
    data = tmp_path / "new" / "data"

    secret = kept_secret(data, "secret-key", "sk_")

    assert secret.startswith("sk_")
    assert len(secret) == 3 + 43
    assert kept_secret(data, "secret-key", "sk_") == secret
    assert stat.S_IMODE((data / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert [path.name for path in data.iterdir()] == ["secret-key"]


def test_processes_that_start_together_share_a_secret(tmp_path):
    """Whoever asks for a secret at the same time is given the same one, never half of it."""
    for attempt in range(20):
        given, start = [], threading.Barrier(4)

        def ask(folder=tmp_path / str(attempt), given=given, start=start):
            start.wait()
            given.append(kept_secret(folder, "secret-key"))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(given)) == 1
        assert len(given[0]) == 43
