from bihuan.web.cli import rotation


def test_a_large_log_is_set_aside_and_only_so_many_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(rotation, "LIMIT_BYTES", 10)
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as held:
        for number in range(rotation.KEPT + 3):
            held.write(f"line {number} of many\n".encode())
            rotation.rotate(tmp_path)
        held.write(b"short\n")
    rotation.rotate(tmp_path)
    assert log.read_text() == "short\n"
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["web.log", *(f"web.log.{number}" for number in range(1, rotation.KEPT + 1))]
    assert (tmp_path / "web.log.1").read_text() == f"line {rotation.KEPT + 2} of many\n"


def test_what_was_private_stays_private(tmp_path, monkeypatch):
    monkeypatch.setattr(rotation, "LIMIT_BYTES", 1)
    log = tmp_path / "database.log"
    log.write_text("secret")
    log.chmod(0o600)
    rotation.rotate(tmp_path)
    assert (tmp_path / "database.log.1").stat().st_mode & 0o777 == 0o600
