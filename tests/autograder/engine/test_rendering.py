"""What messages show of values and of exceptions."""

import pytest

from autograder.engine.rendering import brief


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("shapes (2, 3) and (4,)", "shapes (2, 3) and (4,)"),
        ("two\nlines", "two lines"),
        (
            "{{function_node __wrapped__MatMul_device}} Matrix size-incompatible: In[0]: [2,3], In[1]: [2,3] "
            "[Op:MatMul] name: ",
            "Matrix size-incompatible: In[0]: [2,3], In[1]: [2,3]",
        ),
        (
            "Exception encountered when calling Dense.call().\n\n\x1b[1mnot the shape\x1b[0m\n\n"
            "Arguments received by Dense.call():\n  • inputs=tf.Tensor",
            "Exception encountered when calling Dense.call(). not the shape",
        ),
    ],
)
def test_an_exceptions_text_without_a_frameworks_own(text, said):
    assert brief(text) == said
    assert len(brief("word " * 500)) == 400
