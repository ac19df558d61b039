"""nbgrader's gradebook as the place where results are kept: one writer, one transaction a submission."""

from collections import defaultdict
from datetime import UTC
from pathlib import Path

from autograder.classroom.marks import Mark, Marks, late_penalty
from autograder.day import Day, Kind
from autograder.errors import DeepDaysError
from autograder.result import ExerciseResult, Result, Status
from autograder.submission import Submission


class CourseGradebook:
    """The gradebook of a course made by `autograder.classroom.course.make_course`, open for recording.

    Use it as a context manager. What a teacher entered (manual scores, extra credit, comments, extensions) is
    never touched.

    Args:
        course_dir: the course's folder; its settings name the gradebook, in SQLite or any other database.

    Raises:
        DeepDaysError: the folder is not a course, or its gradebook can't be opened.
    """

    def __init__(self, course_dir: Path | str):
        # nbgrader takes about a second to import, which commands that keep no gradebook should not pay.
        from nbgrader.api import Gradebook
        from sqlalchemy import create_engine, inspect
        from sqlalchemy.exc import SQLAlchemyError

        from autograder.classroom.course import course_config, course_settings

        course_id, db_url = course_settings(course_dir)
        self._penalty = late_penalty(Path(course_dir).resolve(), course_config(course_dir))
        self._database_error = SQLAlchemyError
        try:
            engine = create_engine(db_url)
            is_empty = not inspect(engine).get_table_names()
            engine.dispose()
            if is_empty:
                raise DeepDaysError(f"The gradebook of {course_dir} is empty. Add a day to the course first.")
            self._gradebook = Gradebook(db_url, course_id)
        except (SQLAlchemyError, ImportError) as error:
            raise unusable(error) from error

    def __enter__(self) -> "CourseGradebook":
        return self

    def __exit__(self, *_) -> None:
        self._gradebook.close()

    def record(self, day: Day, submission: Submission, result: Result) -> Marks:
        """Write one submission's result: all of it or, on an error, nothing.

        Recording again replaces the automatic scores. A submission that was not graded scores 0. Where a manual
        score stands and the automatic one has changed, the cell is marked for review, as nbgrader does. What lateness
        costs by the course's plugin is recorded anew.

        Returns:
            What the gradebook has for it besides.

        Raises:
            DeepDaysError: the gradebook does not know the day as it is now, or can't be written.
        """
        session = self._gradebook.db
        try:
            submitted = self._record(session, day, submission, result)
            marks = self._marks(day, submitted)
            session.commit()
            return marks
        except self._database_error as error:
            raise unusable(error) from error
        finally:
            session.rollback()

    def _record(self, session, day: Day, submission: Submission, result: Result):
        assignment = self._assignment(day)
        student = _find_or_add_student(session, submission.student)
        submitted = _find_or_add_submission(session, assignment, student)
        if submission.submitted_at is not None:
            submitted.timestamp = submission.submitted_at.astimezone(UTC).replace(tzinfo=None)
        exercises = {exercise.name: exercise for exercise in result.exercises}
        tests = {cell.id: exercises.get(cell.name) for cell in day.cells if cell.kind == Kind.TEST}
        for notebook in submitted.notebooks:
            for grade in notebook.grades:
                _set_score(grade, tests.get(grade.cell.name))
            for comment in notebook.comments:
                exercise = exercises.get(comment.cell.name)
                unanswered = exercise is not None and exercise.status == Status.UNANSWERED
                comment.auto_comment = "No response." if unanswered else None
        return submitted

    def _marks(self, day: Day, submitted) -> Marks:
        """What was entered by hand, and the late penalty, which is set on the day's notebook."""
        tests = {cell.id: cell.name for cell in day.cells if cell.kind == Kind.TEST}
        entered: dict[str, dict] = defaultdict(dict)
        score = 0.0
        for notebook in submitted.notebooks:
            for grade in notebook.grades:
                given = grade.auto_score if grade.manual_score is None else grade.manual_score
                score += (given or 0.0) + (grade.extra_credit or 0.0)
                if grade.manual_score is not None or grade.extra_credit:
                    marked = entered[tests[grade.cell.name]]
                    marked |= {"manual_score": grade.manual_score, "extra_credit": grade.extra_credit or 0.0}
            for comment in notebook.comments:
                if comment.manual_comment:
                    entered[comment.cell.name]["comment"] = comment.manual_comment
        penalty = self._penalty(submitted.student_id, score, submitted.total_seconds_late)
        for notebook in submitted.notebooks:
            notebook.late_submission_penalty = penalty or None
        return Marks({name: Mark(**fields) for name, fields in entered.items()}, penalty, score - penalty)

    def _assignment(self, day: Day):
        """The day's assignment, if it has the day's tests with the day's points."""
        from nbgrader.api import MissingEntry

        try:
            assignment = self._gradebook.find_assignment(day.slug)
        except MissingEntry as error:
            raise DeepDaysError(
                f"Day {day.number} is not in the course's gradebook. Add it to the course first."
            ) from error
        recorded = {cell.name: cell.max_score for book in assignment.notebooks for cell in book.grade_cells}
        points = {
            cell.id: day.exercise(cell.name).test.points for cell in day.cells if cell.kind == Kind.TEST
        }  # fmt: skip
        if recorded != points:
            raise DeepDaysError(
                f"The course's gradebook has day {day.number} with other tests or points than the day has now. "
                "Bring the course up to date first."
            )
        return assignment


def unusable(error: Exception) -> DeepDaysError:
    """What is said of a gradebook that its database refuses."""
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    return DeepDaysError(
        f"The gradebook can't be used: {reason}. Close other programs that hold it, or mend its db_url."
    )


def _find_or_add_student(session, name: str):
    from nbgrader.api import Student

    student = session.get(Student, name)
    if student is None:
        student = Student(id=name)
        session.add(student)
    return student


def _find_or_add_submission(session, assignment, student):
    """The student's submission with a grade for each grade cell and a comment for each solution cell.

    `Gradebook.add_submission` makes the same rows, but commits them before there is a score in them.
    """
    from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook

    submitted = (
        session.query(SubmittedAssignment)
        .filter_by(assignment_id=assignment.id, student_id=student.id)
        .one_or_none()
    )  # fmt: skip
    if submitted is None:
        submitted = SubmittedAssignment(assignment=assignment, student=student)
        session.add(submitted)
    known = {notebook.notebook_id: notebook for notebook in submitted.notebooks}
    for notebook in assignment.notebooks:
        mine = known.get(notebook.id) or SubmittedNotebook(notebook=notebook, assignment=submitted)
        session.add(mine)
        graded = {grade.cell_id for grade in mine.grades}
        commented = {comment.cell_id for comment in mine.comments}
        grades = [Grade(cell=cell, notebook=mine) for cell in notebook.grade_cells if cell.id not in graded]
        comments = [Comment(cell=cell, notebook=mine) for cell in notebook.solution_cells if cell.id not in commented]
        session.add_all(grades + comments)
    session.flush()
    return submitted


def _set_score(grade, exercise: ExerciseResult | None) -> None:
    score = exercise.points if exercise is not None else 0.0
    if grade.manual_score is None:
        grade.needs_manual_grade = False
    elif grade.auto_score != score:
        grade.needs_manual_grade = True
    grade.auto_score = score
