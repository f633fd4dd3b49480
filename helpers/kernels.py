"""Kernels for the chapters, each a copy of one process that has imported the large libraries.

What pandas, scipy and the drawing import takes a kernel some two seconds, and a chapter often no
more than that. On Linux, where a process can be copied safely, it is paid once a build.
"""

import gc
import multiprocessing
import os
import sys
import threading
import uuid
from collections.abc import Sequence
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

# None of the project's own modules: a chapter depends on each that its kernel has imported. And
# not the backend of the figures, which has to find its kernel when it is imported.
LIBRARIES = (
    "IPython.core.interactiveshell",
    "altair",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "pandas",
    "pandera.pandas",
    "pyarrow.parquet",
    "scipy.stats",
    "seaborn",
    "sklearn.utils",
    "statsmodels.stats.multitest",
)
MODULE = "ipykernel_launcher"
COLUMNS_SHOWN = 20
# Seconds that a kernel has to end; it is asked anew after half of them.
SHUTDOWN = 1.0


def _end_with_the_build() -> None:
    """End this process at once when the build has ended, however it did."""
    build = multiprocessing.parent_process()
    if build is not None:
        build.join()
        os._exit(1)


def _become_kernel(arguments: Sequence[str], folder: str, niceness: int) -> None:
    """Be a kernel until it is shut down, in a session of its own as any kernel is."""
    import pandas as pd
    from ipykernel.kernelapp import launch_new_instance

    # What was imported before stays: no collection of garbage has to walk through it once more.
    gc.freeze()
    # What pandas sets itself in a notebook: it was imported before there was one.
    pd.set_option("display.max_columns", COLUMNS_SHOWN)
    threading.Thread(target=_end_with_the_build, daemon=True).start()
    os.setsid()
    os.nice(niceness)
    os.chdir(folder)
    launch_new_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])


class CopiedProcess:
    """A kernel's process, as `jupyter_client` asks for it: like one of `subprocess.Popen`.

    Parameters
    ----------
    arguments : sequence of str
        Of the kernel, its connection file among them.
    folder : path
        Where it works.
    niceness : int
        How far it gives way to others.
    """

    stdin = stdout = stderr = None

    def __init__(self, arguments: Sequence[str], folder: str, niceness: int) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(LIBRARIES))
        self._process = context.Process(target=_become_kernel, args=(arguments, folder, niceness))
        self._process.start()

    @property
    def pid(self) -> int | None:
        """Its number."""
        return self._process.pid

    def poll(self) -> int | None:
        """Its exit code; `None` while it runs.

        Returns
        -------
        int or None
        """
        return self._process.exitcode

    def wait(self) -> int | None:
        """Its exit code, once it has ended.

        Returns
        -------
        int or None
        """
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send it a signal.

        Parameters
        ----------
        number : int
            Of the signal, as in `signal`.
        """
        if self._process.pid is not None:
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()


class CopyingProvisioner(LocalProvisioner):
    """Begins kernels as copies; in all else that of `jupyter_client`."""

    process: Any = None
    niceness = 0

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Begin a kernel.

        Parameters
        ----------
        cmd : list of str
            That would begin it as a program of its own.
        **kwargs
            Of `subprocess.Popen`, of which the folder alone is taken.

        Returns
        -------
        KernelConnectionInfo
            How to reach it.
        """
        self.cwd = kwargs.get("cwd") or os.getcwd()
        arguments = cmd[cmd.index(MODULE) + 1 :]
        process = CopiedProcess(arguments, str(self.cwd), self.niceness)
        # It leads a session of its own, so its number is the group's too.
        self.pid = self.pgid = process.pid
        self.process = process
        return self.connection_info


class CopyingKernelManager(AsyncKernelManager):
    """Manages a kernel that was begun as a copy.

    The two talk through sockets that have a name of their own. Ports are numbers that are looked
    up before the kernel takes them, and on a busy machine another program may be faster.
    """

    niceness = 0

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.transport = "ipc"
        # Linux keeps a name that begins so in memory: no file is left by a kernel that is killed.
        self.ip = f"@music-for-pain-relief-{uuid.uuid4().hex}"
        # A kernel waits for its children, and the one that tracks what others share heeds no signal.
        # What a chapter gives has been taken by then.
        self.shutdown_wait_time = SHUTDOWN
        self.provisioner = CopyingProvisioner(
            parent=self, kernel_id=self.kernel_id, kernel_spec=self.kernel_spec
        )
        self.provisioner.niceness = self.niceness


class YieldingKernelManager(CopyingKernelManager):
    """Manages a copied kernel that takes the processors when no other kernel needs them."""

    niceness = 5


def kernel_manager(gives_way: bool = False) -> type[AsyncKernelManager]:
    """What begins a chapter's kernel on this system.

    Parameters
    ----------
    gives_way : bool
        Whether other kernels go first, where kernels are copied.

    Returns
    -------
    type
        A class of kernel managers, for `nbclient`.
    """
    if sys.platform != "linux":
        return AsyncKernelManager
    return YieldingKernelManager if gives_way else CopyingKernelManager
