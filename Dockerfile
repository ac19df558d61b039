# Deep Days in a container: for a JupyterHub (it starts as any Jupyter image does), a codespace or Binder.
# docker build --tag deepdays . && docker run --rm -p 8888:8888 deepdays
FROM python:3.12-slim-bookworm

ARG NB_USER=learner
ARG NB_UID=1000
ENV HOME=/home/${NB_USER} \
    PATH=/opt/deepdays/bin:${PATH} \
    PIP_NO_CACHE_DIR=1

RUN useradd --create-home --uid "${NB_UID}" "${NB_USER}" \
    && python -m venv /opt/deepdays

# The locked packages first: they change less often than the course.
WORKDIR /srv/deepdays
COPY requirements.lock ./
COPY tools/install_lock.py tools/
RUN /opt/deepdays/bin/python tools/install_lock.py requirements.lock

COPY --chown=${NB_UID} . .
RUN /opt/deepdays/bin/python -m pip install --no-deps --no-build-isolation . \
    && chown "${NB_UID}" /srv/deepdays

USER ${NB_UID}
WORKDIR ${HOME}
EXPOSE 8888
CMD ["deepdays", "lab", "--", "--ip=0.0.0.0", "--no-browser"]
