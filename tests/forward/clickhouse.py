"""A ClickHouse server of the tests' own: in a folder, on two free ports of loopback, with little memory."""
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

CONFIG = """<?xml version="1.0"?>
<yandex>
  <logger><level>warning</level><log>{folder}/server.log</log><errorlog>{folder}/error.log</errorlog></logger>
  <http_port>{http}</http_port>
  <tcp_port>{tcp}</tcp_port>
  <listen_host>127.0.0.1</listen_host>
  <path>{folder}/data/</path>
  <tmp_path>{folder}/tmp/</tmp_path>
  <user_files_path>{folder}/files/</user_files_path>
  <format_schema_path>{folder}/schemas/</format_schema_path>
  <users_config>users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <mark_cache_size>67108864</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <timezone>UTC</timezone>
</yandex>
"""

USERS = """<?xml version="1.0"?>
<yandex>
  <profiles><default><max_memory_usage>500000000</max_memory_usage><max_threads>2</max_threads></default></profiles>
  <quotas><default></default></quotas>
  <users>
    <default><password></password><networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile><quota>default</quota></default>
    <mxtap><password>{password}</password><networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile><quota>default</quota></mxtap>
  </users>
</yandex>
"""


def missing():
    """The first program that is not installed, or None."""
    return next((name for name in ("clickhouse-server", "clickhouse-client") if not shutil.which(name)), None)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, folder, password):
        self.folder, self.process = folder, None
        self.http, self.tcp = free_port(), free_port()
        for name in ("data", "tmp", "files", "schemas"):
            (folder / name).mkdir(parents=True)
        (folder / "config.xml").write_text(CONFIG.format(folder=folder, http=self.http, tcp=self.tcp))
        (folder / "users.xml").write_text(USERS.format(password=password))

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.http

    def start(self):
        output = open(self.folder / "output.log", "ab")
        self.process = subprocess.Popen(["clickhouse-server", "--config-file=%s" % (self.folder / "config.xml")],
                                        stdout=output, stderr=output, cwd=self.folder)
        output.close()
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.url, timeout=1).read()
                return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise SystemExit("clickhouse-server did not start:\n" + (self.folder / "output.log").read_text())

    def kill(self, how=signal.SIGKILL):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
        if self.process:
            self.process.wait()

    def stop(self):
        self.kill(signal.SIGTERM)

    def query(self, sql):
        """Rows of texts."""
        done = urllib.request.urlopen(self.url + "/", data=(sql + " FORMAT TabSeparated").encode(), timeout=60)
        return [line.split("\t") for line in done.read().decode().splitlines()]

    def load(self, path):
        """A file of statements, as its page says to."""
        with open(path, "rb") as statements:
            subprocess.run(["clickhouse-client", "--host", "127.0.0.1", "--port", str(self.tcp), "--multiquery"],
                           stdin=statements, check=True, env={**os.environ, "TZ": "UTC"})
