"""Why the operating system refused, as a reader is told: its own words are English, or the machine's language."""

from __future__ import annotations

import errno
import socket

from schema.words import say

_REASONS = {
    errno.ENOENT: say("there is no such file or folder"),
    errno.EACCES: say("permission denied"),
    errno.EPERM: say("permission denied"),
    errno.EISDIR: say("it is a folder"),
    errno.ENOTDIR: say("a part of the path is no folder"),
    errno.EEXIST: say("it is there already"),
    errno.ENOSPC: say("the disk is full"),
    errno.EROFS: say("the file system is read-only"),
    errno.EIO: say("the disk could not be read or written"),
    errno.ENAMETOOLONG: say("the name is too long"),
    errno.EMFILE: say("too many files are open"),
    errno.ECONNREFUSED: say("nothing listens there"),
    errno.ECONNRESET: say("the connection was broken off"),
    errno.ETIMEDOUT: say("no answer in time"),
    errno.EHOSTUNREACH: say("the host cannot be reached"),
    errno.ENETUNREACH: say("the host cannot be reached"),
    errno.EADDRINUSE: say("the address is in use"),
    errno.EADDRNOTAVAIL: say("the address is not this machine's"),
}


def reason(error: OSError) -> str:
    """The reason in two languages where it is one of the common ones; else the system's own words."""
    if isinstance(error, socket.gaierror):  # its numbers are its own
        return say("no address is known for that name")
    return _REASONS.get(error.errno or 0) or error.strerror or str(error) or type(error).__name__
