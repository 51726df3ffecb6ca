# Two stages: build the wheel and its environment, then copy only that. Same command as outside a container.
#
# The one place of the base image's version. To hold it to one digest:
#   docker buildx imagetools inspect python:3.11.14-slim-bookworm --format '{{.Manifest.Digest}}'
#   docker build --build-arg PYTHON_IMAGE=python:3.11.14-slim-bookworm@sha256:... .
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm
FROM ${PYTHON_IMAGE} AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY schema schema
COPY loaders loaders
COPY seeds seeds
COPY graph_api graph_api
RUN python -m venv /opt/baodian && /opt/baodian/bin/pip install --no-cache-dir -c constraints.txt . \
    && /opt/baodian/bin/python -c "from graph_api.installation import check_installation; check_installation()"

FROM ${PYTHON_IMAGE}
RUN groupadd --system --gid 10001 baodian \
    && useradd --system --uid 10001 --gid 10001 --create-home --home-dir /var/lib/baodian baodian
COPY --from=build /opt/baodian /opt/baodian
ENV PATH=/opt/baodian/bin:$PATH NUMBA_CACHE_DIR=/var/lib/baodian/numba BAODIAN_STORE=sqlite:////var/lib/baodian/baodian.db
USER 10001:10001
WORKDIR /var/lib/baodian
RUN python -m graph_api.readmodel.topology.warm
VOLUME /var/lib/baodian
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["baodian", "serve", "--host", "0.0.0.0", "--port", "8000"]
