"""The web application: what may be called, and what happens when something surprises us."""

from __future__ import annotations

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from bot import logs
from bot.web import watching, webhooks
from bot.web.service import SERVICE, Service
from flows.errors import StorageError

log = logs.get_logger(__name__)


def build_app(service: Service) -> web.Application:
    """Everything that answers over HTTP, except what bot/app.py adds for practice mode."""
    app = web.Application(client_max_size=webhooks.LARGEST, middlewares=[bring_it_again])
    app[SERVICE] = service
    app.add_routes(webhooks.routes)
    app.add_routes(watching.routes)
    return app


@web.middleware
async def bring_it_again(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every surprise with 503, never 500: a provider brings a 503 again, and nothing is lost."""
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        log.warning("request.too_large")  # no phone can send so much: somebody else knows the address, or we are wrong
        raise
    except web.HTTPException:
        raise
    except (HttpProcessingError, web.RequestPayloadError) as error:
        log.warning("request.broken", exc_info=error)
        return web.Response(status=400, text="The request broke off, or is not what its headers say.")
    except ConnectionError as error:
        log.warning("request.broken", exc_info=error)  # nobody is there to read the answer
    except StorageError as error:
        log.error("request.not_stored", exc_info=error)
    except Exception as error:
        log.error("request.failed", exc_info=error)
    return web.Response(status=503, text="Not stored. Please bring it again.", headers={"Retry-After": "5"})
