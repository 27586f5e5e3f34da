"""Prints what face_recognition makes of a face: `python reference.py PICTURE TOP RIGHT BOTTOM LEFT`.

A process of its own, as its import changes settings of Pillow, warns, and may end the process with status 0.
"""

import json
import sys

import face_recognition

picture = face_recognition.load_image_file(sys.argv[1])
top, right, bottom, left = map(int, sys.argv[2:])
(vector,) = face_recognition.face_encodings(picture, [(top, right, bottom, left)], num_jitters=1, model="small")
print(json.dumps(vector.tolist()))
